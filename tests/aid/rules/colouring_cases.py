"""What the rules of 着色与提醒 say: asked of the server by test_ruling.py, of the browser by its own test_rules.py."""

# of a column of choices: a label, and the code behind it
CODES = {"未核对": "unchecked", "已核对（未更新）": "unchanged", "无效": "invalid"}

# what points at another row, as a lookup fills it in: two schools of one name, and a text without a code
NAMED = "蒲亭镇小学（小学）"
ONE_SCHOOL, OTHER_SCHOOL = f"{NAMED} 360426000003", f"{NAMED} 360426000009"
RENAMED = "蒲亭镇中心小学（小学） 360426000003"

# kind of the column, condition, value, texts that fit, texts that do not
CONDITIONS = [
    ("text", "is", "王芳", ["王芳"], ["王芳芳", ""]),
    ("text", "is_not", "王芳", ["李强", ""], ["王芳"]),
    ("text", "has", "ab", ["xABx"], ["a b", ""]),
    ("text", "has", "Ａ", ["xａ"], ["a"]),
    ("text", "has", "", [], ["王", ""]),
    ("text", "is", "", [], ["王", ""]),
    ("text", "blank", "", [""], ["王", " "]),
    ("text", "filled", "", ["王", " "], [""]),
    ("date", "is", "2015-02-01", ["2015-02-01"], ["2015-02-02", ""]),
    ("date", "is_not", "2015-02-01", ["2015-02-02", ""], ["2015-02-01"]),
    ("date", "after", "2015-02-01", ["2015-02-02"], ["2015-02-01", "2014-12-31", ""]),
    ("date", "before", "2015-02-01", ["2015-01-31"], ["2015-02-01", ""]),
    ("date", "blank", "", [""], ["2015-02-01"]),
    ("moment", "is", "2015-02-01", ["2015-02-01 08:30"], ["2015-02-02 00:00"]),
    ("moment", "after", "2015-02-01", ["2015-02-02 00:00"], ["2015-02-01 23:59", ""]),
    ("moment", "before", "2015-02-01", ["2015-01-31 23:59"], ["2015-02-01 00:00", ""]),
    ("money", "is", "1250", ["1250.00", "1,250.00", " 1250 "], ["1250.01", "", "1250元"]),
    ("money", "is_not", "1250", ["1250.01", "", "一"], ["1250.00"]),
    ("money", "over", "1250", ["1250.01", "12,500.00"], ["1250.00", "99.00", "", "1e9", "0x9999", "Infinity"]),
    ("money", "under", "-1.5", ["-2.00"], ["-1.50", "0.00", "", "--9"]),
    ("choice", "is", "unchecked", ["未核对"], ["无效", "", "没有这一项"]),
    ("choice", "is", "未核对", ["未核对"], ["无效", ""]),
    ("choice", "is_not", "unchecked", ["无效", "", "没有这一项"], ["未核对"]),
    ("choice", "has", "核对", ["未核对", "已核对（未更新）"], ["无效", ""]),
    ("choice", "blank", "", [""], ["无效"]),
    ("flag", "is", "1", ["是"], ["否", ""]),
    ("flag", "is", "是", ["是"], ["否", ""]),
    ("flag", "is_not", "1", ["否", ""], ["是"]),
    ("link", "is", ONE_SCHOOL, [ONE_SCHOOL, RENAMED, NAMED], [OTHER_SCHOOL, "聂桥镇小学（小学）", ""]),
    ("link", "is_not", ONE_SCHOOL, [OTHER_SCHOOL, "聂桥镇小学（小学）", ""], [ONE_SCHOOL, RENAMED, NAMED]),
    ("link", "is", NAMED, [ONE_SCHOOL, OTHER_SCHOOL, NAMED], [RENAMED, ""]),
    ("link", "is", "360426000003", [ONE_SCHOOL, RENAMED], [OTHER_SCHOOL, NAMED, ""]),
    ("link", "has", "蒲亭", [ONE_SCHOOL, NAMED], ["聂桥镇小学（小学） 360426000005", ""]),
    ("link", "has", "3604", [], [ONE_SCHOOL]),
    ("link", "blank", "", [""], [ONE_SCHOOL, NAMED, "360426000003"]),
    ("link", "filled", "", [ONE_SCHOOL, NAMED, "360426000003"], [""]),
]

# rules over two columns of text, `one` and `two`; what these show; then the row's colour, and of each cell its colour,
# whether that is its own, and its warning
ONE = {"column": "one", "how": "filled", "scope": "cell", "look": "red"}
TWO = {"column": "two", "how": "filled", "scope": "cell", "look": "blue", "warn": "看一眼"}
WHOLE = {"column": "two", "how": "is", "value": "b", "scope": "row", "look": "green"}
NONE = ["", False, ""]
ROWS = [
    ([], ["a", "b"], "", [NONE, NONE]),
    ([ONE], ["a", "b"], "", [["red", True, ""], NONE]),
    ([ONE], ["", "b"], "", [NONE, NONE]),
    ([WHOLE], ["a", "b"], "green", [["green", False, ""], ["green", False, ""]]),
    ([WHOLE, ONE], ["a", "b"], "green", [["red", True, ""], ["green", False, ""]]),
    ([ONE, ONE | {"look": "purple", "warn": "先看"}], ["a", ""], "", [["red", True, "先看"], NONE]),
    ([WHOLE, WHOLE | {"look": "yellow"}], ["", "b"], "green", [["green", False, ""], ["green", False, ""]]),
    ([WHOLE | {"warn": "整行"}, TWO], ["a", "b"], "green", [["green", False, ""], ["blue", True, "整行"]]),
    ([TWO | {"look": ""}], ["a", "b"], "", [NONE, ["", False, "看一眼"]]),
    ([WHOLE | {"column": "three"}, TWO], ["a", "b"], "", [NONE, ["blue", True, "看一眼"]]),
]
