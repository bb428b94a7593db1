// Makes the heads of tables buttons that sort: up, then down. Rows without a value stay last, equal ones as they are.
"use strict";
for (const table of document.querySelectorAll("table.sorts")) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
            const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
            table.tBodies[0].append(...sorted(Array.from(table.tBodies[0].rows), column, sign));
        });
    });
}

function sorted(rows, column, sign) {
    const number = rows.some(row => "value" in row.cells[column].dataset);
    const key = row => number ? parseFloat(row.cells[column].dataset.value) : row.cells[column].textContent;
    const missing = row => number ? Number.isNaN(key(row)) : key(row) === "";
    return rows.sort((a, b) => {
        if (missing(a) || missing(b)) {
            return missing(a) - missing(b);
        }
        return sign * (number ? key(a) - key(b) : key(a).localeCompare(key(b), undefined, {numeric: true}));
    });
}
