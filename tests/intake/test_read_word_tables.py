from tests.intake.files import (
    HEADER,
    ROW,
    SAMPLES,
    cell,
    docx_file,
    read,
    refusal,
    table,
    unzipped,
    zipped,
)

PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
SECOND = ["", "欠薪", "李四", "丙劳动所", "", ""]


def issues(content: bytes) -> list[tuple[int, str, str]]:
    """Give row, key issue and task of every row that is read."""
    return [(row.row, row.issue, row.task) for row in read(content).rows]


def test_a_merged_key_issue_spans_its_tasks_by_the_identity_of_its_cell() -> None:
    first = [cell("甲\n小区", "restart"), *ROW[1:]]
    second = [cell("", "continue"), *SECOND[1:]]
    assert issues(docx_file(table(HEADER, first, second))) == [
        (2, "甲小区", "复工"),
        (3, "甲小区", "欠薪"),
    ]


def test_a_blank_cell_is_an_error_and_takes_over_nothing() -> None:
    sheet = read(docx_file(table(HEADER, ROW, SECOND)))
    assert [(f.row, f.column, f.message.code) for f in sheet.faults] == [
        (3, "重点问题", "import-blank")
    ]


def test_two_merged_cells_one_below_the_other_do_not_run_into_each_other() -> None:
    rows = [
        [cell("甲", "restart"), *ROW[1:]],
        [cell("", "continue"), *SECOND[1:]],
        [cell("乙", "restart"), *ROW[1:]],
        [cell("", "continue"), *SECOND[1:]],
    ]
    assert [issue for _, issue, _ in issues(docx_file(table(HEADER, *rows)))] == list("甲甲乙乙")


def test_a_header_of_two_rows_is_read_by_its_lower_one() -> None:
    top = [
        cell("重点问题", "restart"), cell("任务", "restart"), cell("责任领导", "restart"),
        cell("责任分工", span=2), cell("化解措施", "restart"),
    ]  # fmt: skip
    low = [
        cell("", "continue"), cell("", "continue"), cell("", "continue"), "牵头单位", "协办单位",
        cell("", "continue"),
    ]  # fmt: skip
    (row,) = read(docx_file(table(top, low, ROW))).rows
    assert (row.row, row.lead_unit, row.supporting_units) == (
        3,
        "乙建设办",
        ("丙劳动所", "丁司法所"),
    )


def test_a_table_that_was_cut_in_two_is_read_as_one() -> None:
    begun = [cell("甲", "restart"), *ROW[1:]]
    goes_on = [cell("", "continue"), *SECOND[1:]]
    cut_in_the_cell = docx_file(
        table(HEADER, begun), PARAGRAPH.format("（续表）"), table(goes_on, widths=[9] * 6)
    )
    with_header = docx_file(
        table(HEADER, ROW), PARAGRAPH.format("续"), table(HEADER, [*ROW[:1], *SECOND[1:]])
    )
    side_by_side = docx_file(table(HEADER, ROW), "<w:p/>", table([*ROW[:1], *SECOND[1:]]))
    assert [n for n, _, _ in issues(cut_in_the_cell)] == [2, 3]
    assert [n for n, _, _ in issues(with_header)] == [2, 4]
    assert [n for n, _, _ in issues(side_by_side)] == [2, 3]


def test_another_table_of_the_document_is_left_alone() -> None:
    signatures = table(["拟稿", "审核"], ["", ""], widths=[1, 1])
    document = docx_file(signatures, PARAGRAPH.format("附件"), table(HEADER, ROW))
    assert issues(document) == [(2, ROW[0], ROW[1])]
    assert "no header" in refusal(document, sheet="1").lower()
    assert "there are: 1、2" in refusal(document, sheet="3")


def test_deleted_text_and_tables_in_cells_are_no_part_of_it() -> None:
    changed = (
        "<w:tc><w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>" + table(["里面"]) + "<w:p/></w:tc>"
    )
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell("甲") + "</w:tr>"
    document = table(HEADER, [changed, *ROW[1:]]).replace("</w:tbl>", gone + "</w:tbl>")
    assert [row.issue for row in read(docx_file(document)).rows] == ["新"]


def test_rows_that_begin_further_right_and_controls_around_cells_are_read_in_place() -> None:
    shifted = "<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + "".join(map(cell, ROW[1:]))
    held = "<w:tr>" + "".join(
        f"<w:sdt><w:sdtContent>{cell(text)}</w:sdtContent></w:sdt>" for text in ROW
    )
    document = table(HEADER).replace("</w:tbl>", f"{shifted}</w:tr>{held}</w:tr></w:tbl>")
    sheet = read(docx_file(document))
    assert [row.task for row in sheet.rows] == ["复工"]
    assert [(f.row, f.field) for f in sheet.faults] == [(2, "issue")]


def test_a_main_part_of_another_name_and_the_strict_dialect_are_found() -> None:
    document = docx_file(table(HEADER, ROW), part="word/document2.xml")
    assert issues(document) == [(2, ROW[0], ROW[1])]
    strict = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        for name, content in unzipped(document).items()
    }
    assert issues(zipped(strict)) == [(2, ROW[0], ROW[1])]


def test_the_four_sample_files_say_the_same() -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"]
    told = [
        [
            (r.issue, r.task, r.lead_leader, r.lead_unit, r.supporting_units, r.measures)
            for r in read(path.read_bytes()).rows
        ]
        for path in files
    ]
    assert len(files) == 4
    assert all(rows == told[0] for rows in told)
    assert [str(row[2]) for row in told[0]] == ["张三(镇党委副书记)", "李四(镇宣传委员)"]
    assert {row[0] for row in told[0]} == {"示例新城住宅项目及美丽乡村项目群众诉求问题"}
