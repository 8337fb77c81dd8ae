"use strict";
(() => {
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const search = document.getElementById("search");
  const tier = document.getElementById("tier");
  const status = document.getElementById("status");
  const more = document.getElementById("more");
  const step = 50;
  let limit = step;
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const value = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.v === undefined) return cell.textContent;
    return cell.classList.contains("n") ? Number(cell.dataset.v) : cell.dataset.v;
  };
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of body.rows) {
      const fits = (!tier.value || row.dataset.tier === tier.value) && words.every((word) => texts.get(row).includes(word));
      found += fits;
      row.hidden = !fits || found > limit;
    }
    const shown = Math.min(found, limit);
    status.textContent = `${shown} of ${found} rows` + (found < rows.length ? ` (${rows.length} without the filter)` : "");
    more.hidden = found <= limit;
  };
  const sort = (column, heading) => {
    const falling = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const order = (a, b) => {
      const [one, two] = [value(a, column), value(b, column)];
      return typeof one === "number" ? one - two : one.localeCompare(two);
    };
    rows.sort((a, b) => (falling ? order(b, a) : order(a, b)));
    body.append(...rows);
    show();
  };
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(column, heading));
    heading.replaceChildren(button);
  });
  const again = () => { limit = step; show(); };
  search.addEventListener("input", again);
  tier.addEventListener("change", again);
  document.getElementById("more-some").addEventListener("click", () => { limit += step; show(); });
  document.getElementById("more-all").addEventListener("click", () => { limit = Infinity; show(); });
  document.getElementById("controls").hidden = false;
  show();
})();
