// The tabs that need no market model.
import { ask, el, say } from "./lab.js";

const EXAMPLE = "cn\torigin\ttonnes\tyear\tdirect\tverified\troute\n72083900\tCN\t2500\t2027\t\t\t\n76011010\tCN\t400\t2028\t1.6\tyes\tK\n31021019\tEG\t40\t2026\t\t\t";
const opened = {};

function grid(found) {
  const head = el("tr", {}, ...found.heads.map((one) => el("th", { scope: "col" }, one)));
  const rows = found.rows.map((row) => el("tr", {}, ...row.map((one) => el("td", {}, one))));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": found.title },
    el("h3", {}, found.title), el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)));
}

const frame = (name, lang, title) => el("iframe", { src: `/page/${name}/${lang}`, title, loading: "lazy", sandbox: "allow-same-origin allow-popups" });

export function openTab(tab, panel, lang) {
  if (opened[tab] === lang) return;
  opened[tab] = lang;
  ({ exporter, clubs, accounts: framed("accounts"), claims, data: framed("data") })[tab](panel, lang);
}

const framed = (name) => (panel, lang) => panel.replaceChildren(frame(name, lang, say("tab." + name)));

function exporter(panel, lang) {
  const text = el("textarea", { id: "shipments", spellcheck: "false" });
  const file = el("input", { type: "file", id: "shipment-file", accept: ".xlsx" });
  const price = el("input", { type: "number", id: "shipment-price", min: "0", step: "any" });
  const out = el("div", { "aria-live": "polite" });
  const assess = async () => {
    const given = { price: price.value === "" ? null : Number(price.value) };
    if (file.files.length) {
      const bytes = new Uint8Array(await file.files[0].arrayBuffer());
      let packed = "";
      for (let at = 0; at < bytes.length; at += 32768) packed += String.fromCharCode(...bytes.subarray(at, at + 32768));
      given.xlsx = btoa(packed);
    } else given.text = text.value;
    try {
      const found = await ask("/api/shipments", given);
      const total = found.cost_eur.toLocaleString(lang, { maximumFractionDigits: 0 });
      out.replaceChildren(el("p", { class: "sum" }, say("exporter.total", { count: found.count, total })),
        ...(found.doubts.length ? [el("ul", {}, ...found.doubts.map((one) => el("li", {}, one)))] : []),
        ...(found.errors.all ? [el("p", {}, say("exporter.refused", { count: found.errors.all })), grid(found.errors)] : []),
        ...(found.count ? [grid(found.results), grid(found.declarations)] : []));
    } catch (error) { out.replaceChildren(el("p", { class: "said bad" }, error.message)); }
  };
  panel.replaceChildren(el("p", {}, say("exporter.lead")),
    el("label", { for: "shipments" }, say("exporter.paste")), text,
    el("label", { for: "shipment-file" }, say("exporter.file")), file,
    el("label", { for: "shipment-price" }, say("exporter.price")), price,
    el("p", { class: "run" }, el("button", { type: "button", class: "main", onclick: assess }, say("exporter.assess")),
      el("button", { type: "button", onclick: () => { text.value = EXAMPLE; file.value = ""; price.value = price.value || 80; assess(); } }, say("exporter.example"))),
    out, el("h2", {}, say("exporter.border")), frame("border", lang, say("exporter.border")));
}

function clubs(panel, lang) {
  const price = el("input", { type: "range", id: "club-price", min: 5, max: 150, step: 5, value: 25 });
  const tariff = el("input", { type: "range", id: "club-tariff", min: 0, max: 10, step: 0.5, value: 3 });
  const shown = [el("output", {}), el("output", {})];
  const out = el("div", { "aria-live": "polite" });
  let turn = 0;
  const update = async () => {
    const mine = ++turn;
    shown[0].value = price.value; shown[1].value = tariff.value;
    try {
      const found = await ask("/api/club", { price: Number(price.value), tariff: Number(tariff.value) / 100 });
      if (mine !== turn) return;
      const members = found.regions.filter((one) => one.member).length;
      out.replaceChildren(el("p", { class: "sum" }, say("clubs.members", { count: members, all: found.regions.length, cut: found.cut })),
        grid({ title: say("tab.clubs"), heads: [say("clubs.region"), say("tab.clubs"), say("clubs.gain")],
          rows: found.regions.map((one) => [one.name, say(one.member ? "clubs.member" : "clubs.outside"), String(one.gain)]) }));
    } catch (error) { out.replaceChildren(el("p", { class: "said bad" }, error.message)); }
  };
  for (const one of [price, tariff]) one.addEventListener("input", update);
  panel.replaceChildren(el("p", {}, say("clubs.lead")), el("label", { for: "club-price" }, say("clubs.price"), " ", shown[0]), price,
    el("label", { for: "club-tariff" }, say("clubs.tariff"), " ", shown[1]), tariff, out, frame("clubs", lang, say("tab.clubs")));
  update();
}

async function claims(panel) {
  panel.replaceChildren(el("p", {}, say("claims.lead")));
  try {
    const found = await ask("/api/claims");
    const heads = ["first", "second", "evidence", "effect", "from", "to", "source", "grade"].map((one) => say("claims." + one));
    panel.append(grid({ title: say("tab.claims"), heads, rows: found.rows }));
  } catch (error) { panel.append(el("p", { class: "said bad" }, error.message)); }
}
