"""A report as a browser shows it: report-browser.py PAGE [PICTURES]

On a desk and on a phone nothing is wider than the window; text has a contrast of 4.5 or more with what is behind it (WCAG
2.1, 1.4.3; pictures, whose names stand in black, aside); heads of tables sort by keyboard; it prints; nothing is asked of
a network, and the console stays silent. With PICTURES, a folder, what was seen stays there: desk.png, phone.png,
print.pdf.
"""
import base64
import json
import pathlib
import sys

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

SIZES = {"desk": (1280, 900), "phone": (390, 844)}

CONTRAST = """
const parts = color => color.match(/[0-9.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + [0.2126, 0.7152, 0.0722][i] * c, 0);
const behind = element => {
    for (let e = element; e; e = e.parentElement) {
        const color = parts(getComputedStyle(e).backgroundColor);
        if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
};
const found = [];
for (const element of document.querySelectorAll("main *:not(svg, svg *)")) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim() !== "");
    const after = getComputedStyle(element, "::after");
    for (const style of [...(own ? [getComputedStyle(element)] : []), ...(after.content !== "none" ? [after] : [])]) {
        const pair = [light(parts(style.color)), light(behind(element))].sort((a, b) => b - a);
        found.push([(pair[0] + 0.05) / (pair[1] + 0.05), element.tagName, element.textContent.slice(0, 40)]);
    }
}
return found;
"""


def check(holds, what):
    if not holds:
        sys.exit(f"report-browser.py: {what}")


def start():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={pathlib.Path.cwd()}/profile")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def look(driver, url, size, keep):
    width, height = SIZES[size]
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"})
    driver.get(url)
    whole = driver.execute_script("return document.documentElement.scrollWidth")
    check(whole <= width, f"on a {size} of {width} pixels the page is {whole} wide")
    contrast = driver.execute_script(CONTRAST)
    check(len(contrast) > 100, f"only {len(contrast)} texts were looked at")
    worst = min(contrast)
    check(worst[0] >= 4.5, f"'{worst[2]}' <{worst[1]}> has a contrast of {worst[0]:.2f}")
    if keep:
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {})
        (keep / f"{size}.png").write_bytes(base64.b64decode(shot["data"]))


def column_of(driver, head):
    """What the column of a head holds, row by row, and how it says it is sorted."""
    return driver.execute_script("""
        const head = arguments[0], table = head.closest("table");
        return [[...table.tBodies[0].rows].map(row => row.cells[head.cellIndex])
            .map(cell => cell.dataset.value === undefined ? cell.textContent : parseFloat(cell.dataset.value)),
            head.getAttribute("aria-sort")];""", head)


def press(driver, key):
    ActionChains(driver).send_keys(key).perform()


def sort_by_keyboard(driver):
    """Tab from the top of the page to the second head of the first table, Enter, and Space."""
    buttons = 0
    for _ in range(60):
        press(driver, Keys.TAB)
        buttons += driver.switch_to.active_element.tag_name == "button"
        if buttons == 2:
            break
    check(buttons == 2, "no button comes with the tabulator")
    head = driver.switch_to.active_element.find_element("xpath", "..")
    before, said = column_of(driver, head)
    check(said is None and len(before) > 2, "it is sorted before anybody asks")
    for key, word, reverse in ((Keys.ENTER, "ascending", False), (Keys.SPACE, "descending", True)):
        press(driver, key)
        values, said = column_of(driver, head)
        check(said == word, f"aria-sort is {said}, not {word}")
        check(values == sorted(before, reverse=reverse) and len(set(values)) > 1, f"{word}: {values}")
    press(driver, Keys.TAB)
    press(driver, Keys.ENTER)
    check(column_of(driver, head)[1] is None, "two columns say that they sort the table")


def print_page(driver, keep):
    pdf = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"])
    pages = pdf.count(b"/Type /Page\n") or pdf.count(b"/Type /Page")
    check(pdf.startswith(b"%PDF") and 3 < pages < 60, f"{pages} pages are printed")
    if keep:
        (keep / "print.pdf").write_bytes(pdf)


def check_silence(driver):
    said = driver.get_log("browser")
    check(not said, f"the console says {said}")
    asked = []  # the browser's own page of a new tab asks for more
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent" and message["params"]["documentURL"] == driver.current_url:
            asked.append(message["params"]["request"]["url"])
    check(set(asked) == {driver.current_url}, f"the page asks for {asked}")


def main():
    page = pathlib.Path(sys.argv[1]).resolve()
    keep = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    driver = start()
    try:
        for size in reversed(SIZES):
            look(driver, page.as_uri(), size, keep)
        check(not driver.find_elements("css selector", "main script, [onload]"), "a name is run")
        sort_by_keyboard(driver)
        print_page(driver, keep)
        check_silence(driver)
    finally:
        driver.quit()
    print("as wide as desk and phone, legible, sorted by keyboard, printed, alone")


main()
