// A sheet on a phone: it is kept with every touch, works without a connection, and hands in later.
// Without this script the sheet is a form that is filled in and sent.
"use strict";

(() => {
  const form = document.querySelector("form[data-field]");
  const words = JSON.parse(document.getElementById("field-words").textContent);
  const DRAFT = `padlicht-field-draft ${location.pathname}`;
  // Not form.action: a walk has a field of that name.
  const address = new URL(form.getAttribute("action"), location.href).href;
  const offline = document.querySelector("[data-offline]");
  const waiting = document.querySelector("[data-waiting]");
  const QUARTER_MS = 900000;

  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  const button = (text, onclick) => element("button", text, { type: "button", className: "tap", onclick });
  const fields = () => [...new FormData(form)].filter(([name]) => name !== "_csrf_token" && name !== "once");

  function fill(values) {
    for (const [name, value] of values) {
      const its = form.elements[name];
      if (its instanceof RadioNodeList) its.value = value;
      else if (its) its.value = value;
    }
  }
  const local = (ms) => new Intl.DateTimeFormat("sv-SE", {
    timeZone: form.dataset.tz, dateStyle: "short", timeStyle: "short",
  }).format(ms).split(" ");
  // A page that was kept was made on another day. In a park whose time is played, the hub's day stays.
  function today() { if ("phoneTime" in form.dataset) [form.elements.day.value] = local(Date.now()); }
  const saveDraft = () => localStorage.setItem(DRAFT, JSON.stringify(fields()));

  // ---- one less, one more

  for (const input of form.querySelectorAll("[data-step]")) {
    const change = (by) => () => {
      input.value = Math.min(Number(input.max), Math.max(0, Number(input.value) + by));
      saveDraft();
    };
    const label = input.closest("label").firstChild.textContent.trim();
    for (const [sign, by, word] of [["−", -1, words.less], ["+", 1, words.more]]) {
      const step = button(sign, change(by));
      step.setAttribute("aria-label", `${label}: ${word}`);
      if (by < 0) input.before(step); else input.after(step);
    }
  }

  // ---- what waits

  function show() {
    const sheets = fieldQueue.all();
    waiting.hidden = !sheets.length;
    const list = element("ul", "");
    for (const sheet of sheets) {
      const line = element("li", `${sheet.title}, ${sheet.about}`);
      if (sheet.wrong) {
        line.append(element("p", words.refused), element("p", sheet.wrong, { lang: "en" }));
        if (sheet.address === address) line.append(button(words.again, () => { fill(sheet.fields); saveDraft(); fieldQueue.remove(sheet); }));
        line.append(button(words.drop, () => { if (confirm(words.sure)) fieldQueue.remove(sheet); }));
      }
      list.append(line);
    }
    waiting.replaceChildren(element("p", words.waiting), list);
  }

  function say(what) { offline.textContent = words[what]; }

  // ---- counting by taps

  const tally = document.querySelector("[data-tally]");
  if (tally) {
    const TALLY = "padlicht-field-tally";
    const part = (name) => tally.querySelector(`[data-${name}]`);
    const read = () => JSON.parse(localStorage.getItem(TALLY) ?? "null");
    const write = (state) => { localStorage.setItem(TALLY, JSON.stringify(state)); draw(); };
    const most = form.querySelectorAll("[data-step]").length;

    const sums = (state, until) => {
      const made = [];
      for (let at = state.begin; at + QUARTER_MS <= until && made.length < most; at += QUARTER_MS) {
        made.push(state.taps.reduce((sum, [ms, more]) => sum + (ms >= at && ms < at + QUARTER_MS ? more : 0), 0));
      }
      return made;
    };

    function draw() {
      const state = read();
      const now = Date.now();
      part("start").hidden = Boolean(state);
      part("stop").hidden = part("taps").hidden = !state;
      if (!state) return;
      const quarter = Math.floor(now / QUARTER_MS) * QUARTER_MS;
      const before = now < state.begin;
      const full = now >= state.begin + most * QUARTER_MS;
      part("now").value = sums({ ...state, begin: quarter }, quarter + QUARTER_MS)[0];
      part("says").textContent = full ? words.full : before ? `${words.starts} ${local(state.begin)[1]}.` : `${words.counting} ${local(quarter + QUARTER_MS)[1]}:`;
      for (const tap of tally.querySelectorAll("[data-add], [data-undo]")) tap.disabled = before || full;
    }

    part("start").onclick = () => write({ begin: Math.ceil(Date.now() / QUARTER_MS) * QUARTER_MS, taps: [] });
    for (const tap of tally.querySelectorAll("[data-add]")) {
      tap.onclick = () => { const state = read(); state.taps.push([Date.now(), Number(tap.dataset.add)]); write(state); };
    }
    part("undo").onclick = () => { const state = read(); state.taps.pop(); write(state); };
    part("stop").onclick = () => {
      const state = read();
      const made = sums(state, Date.now());
      localStorage.removeItem(TALLY);
      draw();
      part("says").textContent = made.length ? "" : words.none;
      if (!made.length) return;
      const [day, begins] = local(state.begin);
      fill([["day", day], ["begins", begins], ...Array.from({ length: most }, (_, number) => [`people_${number}`, made[number] ?? ""])]);
      saveDraft();
      form.querySelector("[type=submit]").focus();
    };
    tally.hidden = false;
    draw();
    setInterval(draw, 1000);
  }

  // ---- without a connection

  async function keepPages() {
    if (!("serviceWorker" in navigator) || !window.caches) { say("not_ready"); return; }
    await navigator.serviceWorker.register(new URL("worker.js", location.href));
    const cache = await caches.open("padlicht-field");
    const pages = ["count", "observation", "walk"].map((kind) => new URL(kind, location.href).href);
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((link) => link.href);
    const wanted = [...pages, ...files, ...[...document.scripts].map((script) => script.src).filter(Boolean)];
    for (const each of wanted) {
      const answer = await fetch(each);
      if (answer.ok && !answer.redirected) await cache.put(each, answer);
    }
    for (const request of await cache.keys()) {
      const { href, pathname } = new URL(request.url);
      if (pathname.includes("/static/") && !files.includes(href) && !wanted.includes(href)) await cache.delete(request);
    }
    await navigator.serviceWorker.ready;
    if (!fieldQueue.all().length) say("ready");
  }

  try {
    fieldQueue.start(show, say);
    if (!("typed" in form.dataset)) today();
    if (!("typed" in form.dataset)) fill(JSON.parse(localStorage.getItem(DRAFT) ?? "[]"));
  } catch {
    return; // this browser keeps nothing: the form is sent as a form
  }
  form.addEventListener("input", saveDraft);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const about = ["day", "begins", "point", "place"].map((name) => form.elements[name]?.value).filter(Boolean).join(", ");
    fieldQueue.add({ once: fieldQueue.mark(), address, title: form.dataset.title, about, fields: fields() });
    const stays = [...form.querySelectorAll("[data-stays]")].map((input) => [input.name, input.value]);
    form.reset();
    today();
    fill(stays);
    localStorage.setItem(DRAFT, JSON.stringify(stays));
    say("kept");
    fieldQueue.handIn();
    waiting.scrollIntoView({ block: "nearest" });
  });
  keepPages().catch(() => say("not_ready"));
})();
