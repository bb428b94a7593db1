"""Whether a report is a page that holds together, and what it holds in outline.

    report.py PAGE [PICTURES]

The page is well-formed XML, asks for nothing outside of itself, names every element once, refers to nothing that is not
there, and has tables of full rows. With PICTURES, a folder of SVG, each of them is in the page, with words for those who
do not see it. Prints headings, labels of findings, and tables with their numbers of rows; no figures.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

XLINK = "{http://www.w3.org/1999/xlink}href"


def name(element):
    return element.tag.rsplit("}", 1)[-1]


def text(element):
    return " ".join("".join(element.itertext()).split())


def check(holds, what):
    if not holds:
        sys.exit(f"report.py: {what}")


def check_references(page):
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    check(len(ids) == len(set(ids)), "an id is there twice")
    for e in page.iter():
        for attribute in ("aria-labelledby", "aria-describedby"):
            for one in (e.get(attribute) or "").split():
                check(one in ids, f"{attribute} refers to '{one}', which is not there")
        for attribute, value in e.attrib.items():
            for one in re.findall(r"url\(#([^)]*)\)", value):
                check(one in ids, f"{attribute} refers to '{one}', which is not there")
            check(attribute not in ("src", "srcset", "action", "data") and not attribute.startswith("on"),
                  f"<{name(e)} {attribute}>: the page is not alone, or runs what it holds")
            if attribute in ("href", XLINK):
                check(value.startswith("#") and value[1:] in ids, f"a reference to '{value}'")
    for e in page.iter():
        check(name(e) not in ("link", "iframe", "img", "object", "embed", "base"), f"there is a <{name(e)}>")
        if name(e) == "style":
            check("url(" not in e.text and "@import" not in e.text, "the style asks for something")


def check_pictures(page, folder):
    pictures = [e for e in page.iter() if name(e) == "svg"]
    files = sorted(folder.glob("*.svg")) if folder else []
    check(len(pictures) == len(files), f"{len(pictures)} pictures in the page, {len(files)} drawn")
    for e in pictures:
        check(e.get("role") == "img", "a picture is none to those who do not see it")
        title, words = (next(x for x in e if name(x) == kind) for kind in ("title", "desc"))
        check(e.get("aria-labelledby").split() == [title.get("id"), words.get("id")], "a picture without its words")
        check(len(text(title)) > 10 and len(text(words)) > 40, f"'{text(title)}' says too little: '{text(words)}'")
        check("GNUPLOT" not in text(words).upper(), "a picture tells its program's name")


def outline(page):
    scripts = [e for e in page.iter() if name(e) == "script"]
    check(len(scripts) == 1 and page.find("{*}body")[-1] is scripts[0], "a script but the one at the end")
    for e in page.iter():
        if name(e) in ("h1", "h2"):
            print(f"{name(e)} {text(e)}")
        elif name(e) == "dt":
            print(f"  - {text(e)}")
        elif name(e) == "table":
            heads = [text(h) for h in e.findall(".//{*}thead//{*}th")]
            rows = e.findall("./{*}tbody/{*}tr")
            check(all(len(row) == len(heads) for row in rows), "a row is not as long as the head of its table")
            print(f"  table {text(e.find('{*}caption'))}: {len(rows)} x {', '.join(heads)}")


def main():
    page = ET.parse(sys.argv[1]).getroot()
    check_references(page)
    check_pictures(page, pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    outline(page)


main()
