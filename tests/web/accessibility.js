// What a person with low vision, a keyboard or a screen reader would stumble over; an empty list when nothing.
() => {
  const faults = [];
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => { const c = v / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(one).backgroundColor);
      if (a > 0.99) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const visible = (element) => element.checkVisibility && element.checkVisibility() && element.getClientRects().length > 0;
  const name = (element) => (element.getAttribute("aria-label") || element.textContent || element.title || "").trim();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !visible(element) || element.closest("svg, option, script")) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(parse(style.color)), luminance(ground(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (contrast < (large ? 3 : 4.5) && !told.has(element.className + element.tagName)) {
      told.add(element.className + element.tagName);
      faults.push(`contrast ${contrast.toFixed(2)} of "${walker.currentNode.data.trim().slice(0, 20)}" <${element.tagName} class=${element.className}>`);
    }
  }
  for (const element of document.querySelectorAll("a[href], button")) {
    if (visible(element) && !name(element)) faults.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  for (const element of document.querySelectorAll("button, input:not([type=hidden]), select, textarea")) {
    if (!visible(element)) continue;
    const labelled = element.tagName === "BUTTON" || element.labels?.length || element.getAttribute("aria-label");
    if (!labelled) faults.push(`no label: ${element.outerHTML.slice(0, 80)}`);
    const box = element.getBoundingClientRect();
    if (element.tagName === "BUTTON" && !element.classList.contains("link") && (box.height < 24 || box.width < 24)) faults.push(`small: ${element.outerHTML.slice(0, 80)} ${box.height}`);
  }
  const levels = Array.from(document.querySelectorAll("h1, h2, h3, h4")).filter(visible).map((one) => Number(one.tagName[1]));
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) faults.push(`heading h${level} after h${levels[at - 1]}`); });
  if (levels.filter((level) => level === 1).length !== 1) faults.push("not one h1");
  const ids = Array.from(document.querySelectorAll("[id]")).map((one) => one.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  for (const element of document.querySelectorAll("[aria-describedby]")) {
    if (!document.getElementById(element.getAttribute("aria-describedby"))) faults.push(`describedby nothing: ${element.id}`);
  }
  if (document.documentElement.lang !== "zh-CN" || !document.title) faults.push("no language or title");
  for (const table of document.querySelectorAll("table")) {
    if (visible(table) && !table.querySelector("th")) faults.push("a table without headings");
  }
  return faults;
}
