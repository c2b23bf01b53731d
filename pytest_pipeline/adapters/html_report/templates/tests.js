"use strict";
(() => {
  const data = JSON.parse(document.getElementById("tests-data").textContent);
  const [STAGE, FILE, NAME, LAYER, OUTCOME, MS, ATTEMPTS, MARKS, SAID] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const PAGE = 200;
  const at = (id) => document.getElementById(id);
  const stages = [...at("filter-stage").options].slice(1).map((each) => each.text);
  const idOf = (row) => (row[NAME] ? data.files[row[FILE]] + "::" + row[NAME] : data.files[row[FILE]]);
  const outcomeOf = (row) => data.outcomes[row[OUTCOME]] || "not reported";
  const marksOf = (row) =>
    (row[MARKS] & 1 ? ", flaky" : "") + (row[MARKS] & 2 ? ", quarantined" : "");
  let found = data.rows, shown = 0, sortedBy = null, falling = false;

  const cell = (line, text, kind) => {
    const made = document.createElement("td");
    made.textContent = text;
    if (kind) made.className = kind;
    line.append(made);
  };
  const draw = () => {
    const lines = document.createDocumentFragment();
    for (const row of found.slice(shown, shown + PAGE)) {
      const line = document.createElement("tr");
      cell(line, stages[row[STAGE]]);
      cell(line, idOf(row), "code");
      cell(line, outcomeOf(row) + marksOf(row), "outcome " + outcomeOf(row));
      cell(line, (row[MS] / 1000).toFixed(3) + " s", "number");
      cell(line, row[ATTEMPTS], "number");
      cell(line, row[SAID]);
      lines.append(line);
    }
    at("tests-rows").append(lines);
    shown = Math.min(found.length, shown + PAGE);
    at("tests-more").hidden = shown >= found.length;
    at("tests-count").textContent =
      found.length + " of " + data.rows.length + " tests, the first " + shown + " are shown";
  };
  const keyOf = (row) => {
    if (sortedBy === NAME) return idOf(row);
    return sortedBy === OUTCOME ? outcomeOf(row) : row[sortedBy];
  };
  const choose = () => {
    const text = at("filter-text").value.toLowerCase();
    const stage = at("filter-stage").value, outcome = at("filter-outcome").value;
    found = data.rows.filter(
      (row) =>
        (stage === "" || row[STAGE] === Number(stage)) &&
        (outcome === "" || (outcome === "flaky" ? row[MARKS] & 1 : outcomeOf(row) === outcome)) &&
        (!text || (idOf(row) + "\n" + row[SAID]).toLowerCase().includes(text)),
    );
    if (sortedBy !== null) {
      const way = falling ? -1 : 1;
      const keyed = found.map((row) => [keyOf(row), row]);
      keyed.sort((one, two) => (one[0] < two[0] ? -way : one[0] > two[0] ? way : 0));
      found = keyed.map((each) => each[1]);
    }
    shown = 0;
    at("tests-rows").replaceChildren();
    draw();
  };

  const outcomes = [...new Set(data.rows.map(outcomeOf))].sort();
  for (const each of [...outcomes, "flaky"]) at("filter-outcome").add(new Option(each, each));
  at("filter-text").addEventListener("input", choose);
  at("filter-stage").addEventListener("change", choose);
  at("filter-outcome").addEventListener("change", choose);
  at("tests-more").addEventListener("click", draw);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("button[data-sort]")) {
    button.addEventListener("click", () => {
      const column = Number(button.dataset.sort);
      falling = sortedBy === column ? !falling : column === MS || column === ATTEMPTS;
      sortedBy = column;
      for (const each of document.querySelectorAll("th[aria-sort]")) each.removeAttribute("aria-sort");
      button.parentElement.setAttribute("aria-sort", falling ? "descending" : "ascending");
      choose();
    });
  }
  at("all-tests").hidden = false;
  draw();
})();
