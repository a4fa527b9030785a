// The lab's page. State lives in the address (its fragment is never sent); the server solves and draws.
import { openTab } from "./tabs.js";

const CLIENT = crypto.randomUUID();
const MOST_PINS = 4;
const $ = (id) => document.getElementById(id);
let words = {}, known = {}, about = {}, scenarios = [];
let state = { base: "", changes: {}, lang: "en", year: null, tab: "markets", pinned: [] };
let solvedAs = "", sequence = 0, timer = null, waiting = false;

export function el(name, attributes = {}, ...inner) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) found.addEventListener(key.slice(2), value);
    else if (value === true) found.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) found.setAttribute(key, value);
  }
  found.append(...inner.filter((one) => one !== null && one !== undefined));
  return found;
}

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export async function ask(path, given = {}) {
  const body = JSON.stringify({ client: CLIENT, lang: state.lang, ...given });
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body });
  } catch {
    throw Object.assign(new Error(say("error.lost")), { lost: true });
  }
  if (path === "/api/download" && answer.ok) return answer;
  const found = await answer.json().catch(() => ({ error: answer.statusText }));
  if (!answer.ok) throw Object.assign(new Error(found.error), { status: answer.status, conflicts: found.conflicts });
  return found;
}

// ---- the address -------------------------------------------------------------------------------

function fragment(from = state) {
  const parts = new URLSearchParams({ v: "1", base: from.base });
  for (const [path, value] of Object.entries(from.changes).sort()) parts.set(path, JSON.stringify(value));
  if (from.year) parts.set("year", from.year);
  if (from.tab !== "markets") parts.set("view", from.tab);
  for (const pin of from.pinned) parts.append("cmp", JSON.stringify([pin.base, pin.changes, pin.title]));
  parts.set("lang", from.lang);
  parts.set("ver", about.version);
  parts.set("sha", about.sha);
  return "#" + parts.toString();
}

function readFragment() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const read = (text) => { try { return JSON.parse(text); } catch { return undefined; } };
  const found = { base: about.first, changes: {}, lang: state.lang, year: null, tab: "markets", pinned: [] };
  for (const [key, text] of parts) {
    if (key === "base" && scenarios.some((one) => one.name === text)) found.base = text;
    else if (key === "lang" && about.languages.includes(text)) found.lang = text;
    else if (key === "year" && /^20\d\d$/.test(text)) found.year = Number(text);
    else if (key === "view" && $("tab-" + text)) found.tab = text;
    else if (key === "cmp") {
      const pin = read(text);
      if (Array.isArray(pin) && found.pinned.length < MOST_PINS) {
        found.pinned.push({ base: String(pin[0]), changes: Object(pin[1]), title: String(pin[2]) });
      }
    } else if (/^[a-z_]+(\.\w+){0,3}$/.test(key) && !["v", "ver", "sha", "base", "lang", "year", "view"].includes(key)) {
      const value = read(text);
      if (value !== undefined) found.changes[key] = value;
    }
  }
  const version = parts.get("ver"), sha = parts.get("sha");
  const other = (version && version !== about.version) || (sha && sha !== about.sha);
  $("banner").hidden = !other;
  $("banner").textContent = other ? say("other_version", { version: version ?? "?", sha: sha ?? "?" }) : "";
  return found;
}

function remember(replace = false) {
  const address = fragment();
  if (address === location.hash) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

// ---- solving -----------------------------------------------------------------------------------

const asState = (one) => ({ base: one.base, changes: one.changes });
const question = () => ({
  state: asState(state), year: state.year,
  pinned: state.pinned.map((pin) => ({ state: asState(pin), title: pin.title })),
});

function tell(text, bad = false) {
  $("said").textContent = text;
  $("said").classList.toggle("bad", bad);
}

async function watch(mine) {
  if (mine !== sequence || !waiting) return;
  try {
    const now = await ask("/api/status");
    if (mine === sequence && waiting && now.phase !== "idle") {
      const values = { phase: say("phase." + now.phase), elapsed: now.elapsed, expected: now.expected };
      tell(say(now.expected ? "progress_of" : "progress", values));
    }
  } catch { /* the answer itself says what is wrong */ }
  if (mine === sequence && waiting) timer = setTimeout(() => watch(mine), 700);
}

async function solve() {
  const mine = ++sequence;
  waiting = true;
  $("cancel").hidden = false;
  $("solve").classList.remove("wanted");
  $("results").classList.add("busy");
  tell(say("waiting"));
  clearTimeout(timer);
  timer = setTimeout(() => watch(mine), 500);
  const asked = { ...question(), sequence: mine };
  try {
    const first = await ask("/api/solve", asked);
    if (mine !== sequence) return;
    show(first);
    tell(say("done", { seconds: first.seconds }));
    const drawn = await ask("/api/draw", asked);
    if (mine !== sequence) return;
    drawFigures(drawn.figures);
    const then = await ask("/api/more", asked);
    if (mine !== sequence) return;
    showMore(then);
    solvedAs = JSON.stringify(asState(state));
    tell(say("done", { seconds: first.seconds }));
    document.body.dataset.digest = first.digest;
  } catch (error) {
    if (mine !== sequence || error.status === 409) return;
    tell(error.message, true);
    showConflicts(error.conflicts ?? []);
  } finally {
    if (mine === sequence) {
      waiting = false;
      $("cancel").hidden = true;
      $("results").classList.remove("busy");
    }
  }
}

async function refresh({ solving = true } = {}) {
  try {
    known = await ask("/api/levers", { state: asState(state) });
  } catch (error) {
    tell(error.message, true);
    return;
  }
  drawLevers();
  drawPins();
  if (solving) await solve();
  else { $("solve").classList.add("wanted"); tell(say("pending")); }
}

function change(path, value, wanted = null) {
  const changes = { ...state.changes };
  if (value === undefined) delete changes[path]; else changes[path] = value;
  if (value === null) for (const one of Object.keys(changes)) if (one.startsWith(path + ".")) delete changes[one];
  state = { ...state, changes };
  remember();
  refresh({ solving: wanted ?? true });
}

// ---- drawing -----------------------------------------------------------------------------------

function show(first) {
  const list = el("ul", { class: "answer" }, ...first.sentences.map((one) => el("li", {}, one)));
  $("answer").replaceChildren(list);
  $("numbers").replaceChildren(...first.numbers.map((one) => el("div", { "data-key": one.key, "data-value": one.value },
    el("span", { class: "label" }, one.label), el("div", {}, el("span", { class: "value" }, one.value), " ",
      el("span", { class: "unit" }, one.unit)), one.note ? el("span", { class: "note" }, one.note) : null,
    one.unit && /cny/.test(one.key) && one.key !== "system_cost_bn_cny"
      ? el("button", { type: "button", "aria-label": `${one.label}: ${say("why")}`, onclick: () => explain(one.key) }, say("why")) : null)));
  $("years").replaceChildren(...first.years.map((year) => el("button", {
    type: "button", "aria-pressed": String(year === first.year),
    onclick: () => { state.year = year; remember(); solve(); } }, String(year))));
}

function showMore(then) {
  $("answer").firstChild?.append(el("li", {}, then.money));
  drawFigures(then.figures);
  const lines = then.warnings.map((one) => {
    const steps = Object.entries(one.try);
    return el("p", {}, one.words, steps.length ? el("button", { type: "button",
      onclick: () => { state = { ...state, changes: { ...state.changes, ...one.try } }; remember(); refresh(); } },
    `${say("try")}: ${steps.map(inWords).join(", ")}`) : null);
  });
  $("warnings").replaceChildren(...lines);
}

function inWords([path, value]) {
  const lever = (known.markets ?? []).flatMap((one) => one.levers).find((one) => one.path === path);
  if (!lever) return `${path} = ${value}`;
  return `${lever.label} ${Number((value * lever.factor).toPrecision(6))} ${lever.unit}`;
}

function showConflicts(keys) {
  if (!keys.length) return;
  const labels = Object.fromEntries((known.markets ?? []).map((one) => [one.key, one.label]));
  $("warnings").replaceChildren(el("p", {}, say("error.conflict"), ...keys.map((key) => el("button", {
    type: "button", onclick: () => change(key, null) }, say("try.drop", { name: labels[key] ?? key })))));
}

function drawFigures(figures) {
  for (const [key, one] of Object.entries(figures)) {
    const old = $("figure-" + key);
    const drawing = el("div", { class: "draw" });
    drawing.innerHTML = one.svg; // made by the server of this page, its words escaped
    const found = el("figure", { id: "figure-" + key }, el("h3", {}, one.title),
      el("p", { class: "reading" }, one.reading), drawing, el("figcaption", {}, one.note),
      el("div", { class: "get" }, ...["svg", "png"].map((form) => el("button", { type: "button",
        onclick: () => takeFigure(drawing, key, form) }, say("down." + form)))));
    if (old) old.replaceWith(found); else $("figures").append(found);
  }
  const all = [...$("figures").children], order = ["path", "prices", "power_map", "who", "emission_map", "change_map", "generation", "payments"];
  all.sort((a, b) => order.indexOf(a.id.slice(7)) - order.indexOf(b.id.slice(7))).forEach((one) => $("figures").append(one));
}

function drawPins() {
  $("pins").replaceChildren(...state.pinned.map((pin, at) => el("span", { class: "pin" }, pin.title, " ",
    el("button", { type: "button", "aria-label": `${say("unpin")}: ${pin.title}`,
      onclick: () => { state.pinned = state.pinned.filter((_, i) => i !== at); remember(); drawPins(); solve(); } }, "×"))));
  $("pin").disabled = state.pinned.length >= MOST_PINS;
}

function drawLevers() {
  const open = new Set([...document.querySelectorAll(".market[open]")].map((one) => one.dataset.market));
  const focused = document.activeElement?.id;
  const markets = new Map();
  for (const one of known.markets) {
    if (!markets.has(one.market)) markets.set(one.market, []);
    markets.get(one.market).push(one);
  }
  const first = $("markets").children.length === 0;
  $("markets").replaceChildren(...[...markets].map(([market, instruments]) => el("details",
    { class: "market", "data-market": market, open: open.has(market) || (first && market === "carbon") },
    el("summary", {}, say("market." + market)), ...instruments.map(drawInstrument))));
  filterLevers();
  if (focused) $(focused)?.focus();
}

function drawInstrument(one) {
  const can = one.on || one.start !== null;
  const box = el("input", { type: "checkbox", id: "on-" + one.key, checked: one.on, disabled: !can,
    onchange: (event) => change(one.key, event.target.checked ? (one.key in state.changes ? undefined : one.start) : null, false) });
  return el("div", { class: "instrument" }, el("label", {}, box, one.label), ...one.levers.map((lever) => drawLever(lever, one)));
}

function drawLever(lever, instrument) {
  const id = "lever-" + lever.path.replaceAll(".", "-");
  const moved = lever.path in state.changes;
  const body = lever.kind === "number" ? numberLever(lever, id) : lever.kind === "switch"
    ? [el("input", { type: "checkbox", id, checked: lever.value, onchange: (e) => change(lever.path, e.target.checked, false) })]
    : [el("select", { id, onchange: (e) => change(lever.path, e.target.value, false) },
      ...lever.choices.map((one) => el("option", { value: one.value, selected: one.value === lever.value }, one.label)))];
  const how = el("details", {}, el("summary", {}, say("how")),
    lever.guide ? el("div", {}, say("guide", { words: lever.guide })) : null,
    instrument.equation ? el("code", {}, instrument.equation) : null, el("div", {}, instrument.page));
  return el("div", { class: "lever" + (moved ? " moved" : ""), "data-path": lever.path },
    el("div", { class: "head" }, el("label", { for: id }, lever.label),
      moved ? el("button", { type: "button", "aria-label": `${say("undo")}: ${lever.label}`, onclick: () => change(lever.path, undefined) }, "↺") : null),
    el("div", { class: "row" }, ...body), lever.says ? el("p", { class: "says" }, lever.says) : null,
    how);
}

function numberLever(lever, id) {
  const back = (shown) => Number((Number(shown) / lever.factor).toPrecision(12));
  const bounds = { min: lever.low, max: lever.high, step: lever.step };
  const given = lever.value !== null;
  const slider = el("input", { type: "range", id, ...bounds, value: given ? lever.value : lever.low, disabled: !given });
  const box = el("input", { type: "number", id: id + "-box", step: "any", "aria-label": lever.label, value: given ? lever.value : "" });
  slider.addEventListener("input", () => { box.value = slider.value; });
  slider.addEventListener("change", () => change(lever.path, back(slider.value)));
  box.addEventListener("change", () => {
    if (box.value !== "") change(lever.path, back(box.value));
    else if (lever.optional) change(lever.path, null);
  });
  const parts = [slider, box, el("span", { class: "unit" }, lever.unit)];
  if (lever.optional) {
    parts.unshift(el("input", { type: "checkbox", checked: given, "aria-label": lever.label, title: say("not_given"),
      onchange: (e) => change(lever.path, e.target.checked ? lever.start : null, false) }));
  }
  return parts;
}

function filterLevers() {
  const wanted = $("search").value.trim().toLowerCase();
  for (const market of document.querySelectorAll(".market")) {
    let any = false;
    for (const one of market.querySelectorAll(".instrument")) {
      const hit = !wanted || one.textContent.toLowerCase().includes(wanted);
      one.hidden = !hit;
      any ||= hit;
    }
    market.hidden = !any;
    if (wanted && any) market.open = true;
  }
}

// ---- why ---------------------------------------------------------------------------------------

async function explain(key, region = null) {
  try {
    const card = await ask("/api/why", { ...question(), key, region });
    const part = (word, ...inner) => inner.some(Boolean) ? [el("h3", {}, say(word)), ...inner] : [];
    const list = (items) => el("ul", {}, ...items.map((one) => el("li", {}, one)));
    $("why-body").replaceChildren(el("h2", {}, `${card.title}${card.region ? " · " + card.region : ""} = ${card.value}`),
      el("p", {}, card.sentence),
      ...(card.binding ? part("why.row", el("p", {}, `${card.binding} (${card.binds ? say("why.binding") : say("why.not_binding", { room: card.room })})`)) : []),
      ...(card.moves.length ? part("why.moves", list(card.moves.map((one) => `${one.name}: ${one.share}`))) : []),
      ...(card.terms.length ? part("why.terms", list([...card.terms.map((one) => `${one.name}: ${one.amount}`), ...(card.more ? [say("why.more", { count: card.more })] : [])])) : []),
      ...(card.interval ? part("why.interval", el("p", {}, card.interval)) : []),
      ...(card.equation ? part("why.equation", el("code", {}, card.equation)) : []),
      ...part("why.code", el("code", {}, card.code)),
      ...(card.test ? part("why.test", el("code", {}, card.test)) : []));
    $("why").showModal();
    $("why-close").focus();
  } catch (error) { if (error.status !== 409) tell(error.message, true); }
}

// ---- taking away -------------------------------------------------------------------------------

function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function takeFigure(drawing, key, form) {
  const shown = [...drawing.querySelectorAll("svg")].find((one) => one.getClientRects().length) ?? drawing.querySelector("svg");
  const copy = shown.cloneNode(true), box = shown.viewBox.baseVal;
  const originals = [shown, ...shown.querySelectorAll("*")], copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((one, i) => {
    const style = getComputedStyle(one);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "font-family", "opacity", "paint-order"]) copies[i].style.setProperty(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", box.width); copy.setAttribute("height", box.height);
  copy.style.display = "block";
  const text = new XMLSerializer().serializeToString(copy);
  if (form === "svg") { save(new Blob([text], { type: "image/svg+xml" }), `${key}.svg`); return; }
  const picture = new Image();
  picture.onload = () => {
    const canvas = el("canvas", { width: box.width * 2, height: box.height * 2 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, `${key}.png`));
  };
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
}

async function take(form) {
  try {
    if (form.startsWith("copy.")) {
      const found = await ask("/api/copy", { state: asState(state) });
      await navigator.clipboard.writeText(found[form.slice(5)]);
      tell(say("copied"));
      return;
    }
    tell(say("phase.files"));
    const answer = await ask("/api/download", { state: asState(state), form: form.slice(5) });
    const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "dualcarbon";
    save(await answer.blob(), name);
    tell(name);
  } catch (error) { tell(error.message, true); }
  $("export").open = false;
}

// ---- beginning ---------------------------------------------------------------------------------

function drawFrame() {
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  document.title = `dualcarbon · ${say("title")}`;
  $("levers").setAttribute("aria-label", say("levers"));
  $("search").placeholder = say("search");
  $("base").replaceChildren(...scenarios.map((one) => el("option", { value: one.name, selected: one.name === state.base, title: one.description }, one.title)));
  $("langs").replaceChildren(...about.languages.map((lang) => el("button", { type: "button", lang, "aria-pressed": String(lang === state.lang),
    onclick: async () => { state.lang = lang; remember(); await begin(); } }, lang === "zh" ? "中文" : "EN")));
  const tabs = ["markets", "exporter", "clubs", "accounts", "claims", "data"];
  $("tabs").replaceChildren(...tabs.map((tab) => el("button", { type: "button", role: "tab", id: "to-" + tab, "aria-controls": "tab-" + tab,
    "aria-selected": String(tab === state.tab), onclick: () => { state.tab = tab; remember(); showTab(); } }, say("tab." + tab))));
  const forms = ["copy.command", "copy.python", "copy.yaml", "down.xlsx", "down.csv", "down.iamc", "down.report"];
  $("forms").replaceChildren(...forms.map((form) => el("button", { type: "button", onclick: () => take(form) }, say(form))));
}

function showTab() {
  for (const one of document.querySelectorAll('[role="tabpanel"]')) one.hidden = one.id !== "tab-" + state.tab;
  for (const one of document.querySelectorAll('[role="tab"]')) one.setAttribute("aria-selected", String(one.id === "to-" + state.tab));
  if (state.tab !== "markets") openTab(state.tab, $("tab-" + state.tab), state.lang);
}

async function begin() {
  about = await ask("/api/start");
  ({ words, scenarios } = about);
  const before = state.lang;
  state = readFragment();
  if (state.lang !== before) { about = await ask("/api/start"); ({ words, scenarios } = about); }
  drawFrame();
  showTab();
  $("figures").replaceChildren();
  remember(true);
  await refresh();
  document.body.dataset.ready = "yes";
}

$("base").addEventListener("change", (event) => { state = { ...state, base: event.target.value, changes: {}, year: null }; remember(); refresh(); });
$("undo").addEventListener("click", () => history.back());
$("redo").addEventListener("click", () => history.forward());
$("reset").addEventListener("click", () => { state = { ...state, changes: {} }; remember(); refresh(); });
$("solve").addEventListener("click", () => solve());
$("cancel").addEventListener("click", async () => { sequence++; waiting = false; $("cancel").hidden = true; $("results").classList.remove("busy"); $("solve").classList.add("wanted"); tell(say("cancel")); await ask("/api/cancel"); });
$("share").addEventListener("click", async () => { await navigator.clipboard.writeText(location.href); tell(say("copied")); });
$("pin").addEventListener("click", () => {
  const title = Object.entries(state.changes).map(([path, value]) => `${path}=${JSON.stringify(value)}`).join(", ").slice(0, 60) || scenarios.find((one) => one.name === state.base).title;
  state.pinned = [...state.pinned, { base: state.base, changes: state.changes, title }].slice(0, MOST_PINS);
  remember(); drawPins(); solve();
});
$("search").addEventListener("input", filterLevers);
$("why-close").addEventListener("click", () => $("why").close());
addEventListener("popstate", async () => { const { lang } = state; state = readFragment(); if (state.lang !== lang) await begin(); else { drawFrame(); showTab(); refresh(); } });
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=range]):not([type=checkbox]), textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const keys = { "/": () => $("search").focus(), u: () => history.back(), r: () => history.forward(), c: () => $("pin").click(), e: () => explain("cea_cny_per_t") };
  if (event.key === "Enter" && event.target === document.body) solve();
  else if (keys[event.key] && !$("why").open) { event.preventDefault(); keys[event.key](); }
});

state.lang = (navigator.language ?? "en").startsWith("zh") ? "zh" : "en";
begin().catch((error) => tell(error.message, true));
