/* The picture with few colours: one byte for each dot and the list of the colours. What covers much
   keeps its very colour; of the many shades of letters those far apart are kept, and the others go to
   the nearest. */
async ([source, most]) => {
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement("canvas");
  const { width, height } = Object.assign(canvas, { width: picture.width, height: picture.height });
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(picture, 0, 0);
  const dots = new Uint32Array(drawn.getImageData(0, 0, width, height).data.buffer);
  const exact = new Map();
  for (const dot of dots) { exact.set(dot, (exact.get(dot) || 0) + 1); }
  const parts = (dot) => [dot & 255, (dot >> 8) & 255, (dot >> 16) & 255];
  const away = ([r, g, b], [x, y, z]) => (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
  const colours = [];
  for (const [dot, times] of [...exact].sort((one, other) => other[1] - one[1])) {
    const colour = parts(dot);
    const isWide = times > dots.length / 200;
    if (colours.length < most && (isWide || colours.every((known) => away(known, colour) > 150))) {
      colours.push(colour);
    }
  }
  const nearest = new Map();
  for (const dot of exact.keys()) {
    const colour = parts(dot);
    let best = 0, far = Infinity;
    colours.forEach((known, at) => {
      const distance = away(known, colour);
      if (distance < far) { far = distance; best = at; }
    });
    nearest.set(dot, best);
  }
  let bytes = "";
  for (const dot of dots) { bytes += String.fromCharCode(nearest.get(dot)); }
  return { width, height, colours, dots: btoa(bytes) };
}
