// Keys, focus and rows of tables: a help for those who have scripts on. Every page works without it.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => Array.from(document.querySelectorAll("table.list tbody tr:not(.part)"));
  let at = -1;
  const go = (step) => {
    const found = rows();
    if (!found.length) return;
    if (found[at]) found[at].classList.remove("at");
    at = Math.max(0, Math.min(found.length - 1, at + step));
    found[at].classList.add("at");
    const link = found[at].querySelector("th a, a");
    if (link) link.focus();
  };
  const keys = {
    "/": () => { location.href = "/search"; },
    "?": () => { location.href = "/help"; },
    g: () => { location.href = "/"; },
    j: () => go(1),
    k: () => go(-1),
    x: () => {
      const box = rows()[at] && rows()[at].querySelector(".pick input");
      if (box) box.click();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  for (const form of document.querySelectorAll("form.picking")) {
    const button = form.querySelector(".send button"), words = button.textContent;
    const count = () => {
      const picked = form.querySelectorAll(".pick input:checked").length;
      button.textContent = picked ? `${words}（${picked} 件）` : words;
      button.disabled = picked === 0;
      form.classList.toggle("picked", picked > 0);
    };
    form.addEventListener("change", count);
    count();
  }
  const summary = document.getElementById("summary");
  if (summary) summary.focus();
  for (const table of document.querySelectorAll("table.rows")) {
    const add = document.createElement("button");
    add.type = "button";
    add.textContent = "加一行";
    add.addEventListener("click", () => {
      const body = table.tBodies[0];
      const last = body.rows[body.rows.length - 1];
      const number = body.rows.length;
      const row = last.cloneNode(true);
      row.cells[0].textContent = String(number + 1);
      for (const input of row.querySelectorAll("input")) {
        input.name = input.name.replace(`:${number - 1}:`, `:${number}:`);
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(`第 ${number} 行`, `第 ${number + 1} 行`));
        input.value = "";
      }
      body.append(row);
      document.querySelector(`input[name="rows:${table.dataset.field}"]`).value = String(number + 1);
      row.querySelector("input").focus();
    });
    table.parentElement.after(add);
  }
  for (const form of document.querySelectorAll("form.act")) {
    const keep = form.querySelector("button.draft");
    if (keep) {
      form.addEventListener("change", () => {
        const typed = new URLSearchParams();
        for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
        fetch(keep.formAction, { method: "POST", body: typed, redirect: "manual" }).catch(() => {});
      });
    }
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 4000);
    });
  }
})();
