// A quarter sheet is saved while people type. Without this script its button does it.
//
// What is typed stands in this tab's own store until the hub has it, so that a reload or a lost
// connection costs nothing. A save of somebody else, in another tab or on another laptop, is never
// written over: then this script stops, says so, and the button shows both texts.
"use strict";

(() => {
  const form = document.querySelector("form[data-sheet]");
  const says = document.getElementById("saved");
  const KEY = `padlicht sheet ${form.dataset.sheet}`;
  const CALM_MS = 800; // after the last key
  const AGAIN_MS = 5000; // when the hub did not answer

  let held = "hold" in form.dataset; // both texts are on this page: only a person may go on
  let sent = ""; // what the hub has, as far as this tab knows
  let sending = ""; // what is on its way there
  let busy = false;
  let timer = 0;
  let submitting = false;

  // ---- what is typed, without what only the hub is concerned with

  const ROW = /^(what|owner|due)-\d+$/;
  const clean = (field) => field.value.replace(/\r\n?/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  const rows = () => [...form.querySelectorAll("[name^='id-']")].map((field) => field.name.slice(3));
  const cells = (row) => ["what", "owner", "due"].map((part) => clean(form.elements[`${part}-${row}`]));
  const filledRows = () => rows().filter((row) => cells(row).some(Boolean)); // the hub takes no other

  function typed() {
    const found = [...form.elements].filter(
      (field) => field.name && !ROW.test(field.name)
        && !/^(_csrf_token|revision|do|id-\d+)$/.test(field.name)
        && (field.type !== "radio" || field.checked),
    );
    const said = found.map((field) => [field.name, clean(field)]).filter(([, value]) => value);
    return JSON.stringify({ said, rows: filledRows().map(cells) });
  }

  function keep() {
    const ids = filledRows().map((row) => form.elements[`id-${row}`].value);
    const revision = form.elements.revision.value;
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ revision, sent, sending, typed: typed(), ids }));
    } catch {
      // A browser that keeps nothing: the hub has it in a second.
    }
  }

  function forget() {
    try { sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  }

  function restore() {
    let draft = null;
    try { draft = JSON.parse(sessionStorage.getItem(KEY)); } catch { /* nothing was kept */ }
    if (!draft || held) return;
    if (draft.typed === sent) { forget(); return; }
    // What the page shows is what this tab sent last, or what it was typed on top of: then it goes
    // on from there. Otherwise somebody saved in between, which the hub finds by the revision.
    if (draft.sent !== sent && draft.sending !== sent) form.elements.revision.value = draft.revision;
    const mine = JSON.parse(draft.typed);
    for (const name of ["held_on", "present", "going_on", "goes_well"]) form.elements[name].value = "";
    for (const field of form.elements) if (/^note-/.test(field.name)) field.value = "";
    for (const [name, value] of mine.said) {
      if (form.elements[name]) form.elements[name].value = value; // of radio buttons: checks the one
    }
    rows().forEach((row, number) => {
      const texts = mine.rows[number] ?? ["", "", ""];
      ["what", "owner", "due"].forEach((part, i) => { form.elements[`${part}-${row}`].value = texts[i]; });
      form.elements[`id-${row}`].value = draft.ids[number] ?? "0";
    });
    soon(0);
  }

  // ---- to the hub

  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    const now = typed();
    if (held || busy) return;
    if (now === sent) { forget(); return; }
    busy = true;
    sending = now;
    keep();
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "keep");
    const filled = filledRows(); // as they are sent: people type on meanwhile
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
      if (answer.status === 409 && told) {
        held = true;
        say(form.dataset.other, true);
      } else if (answer.status === 422 && told) {
        say(`${form.dataset.refused} ${told.said}`, true);
      } else if (answer.ok && told) {
        taken(now, filled, told);
      } else {
        throw new Error("not from the sheet: logged out, or the hub is being started");
      }
    } catch {
      say(form.dataset.lost, true);
      soon(AGAIN_MS);
    } finally {
      busy = false;
    }
  }

  function taken(now, filled, told) {
    sent = now;
    form.elements.revision.value = told.revision;
    for (const row of rows()) form.elements[`id-${row}`].value = told.ids[filled.indexOf(row)] ?? "0";
    say(told.said, false);
    if (typed() === sent) forget();
    else { keep(); soon(CALM_MS); }
  }

  function say(words, bad) {
    says.textContent = words;
    says.classList.toggle("lost", bad);
  }

  // ---- a tab that is looked at again, and in which nothing is open, shows the newest

  async function refresh() {
    if (document.visibilityState === "hidden" || held || busy || typed() !== sent) return;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newest = page.querySelector("form[data-sheet] [name=revision]");
      const stale = answer.redirected || (newest && newest.value !== form.elements.revision.value);
      if (stale && typed() === sent && !busy) location.reload();
    } catch {
      // The hub is away: nothing is newer for now.
    }
  }

  sent = typed();
  if (!says.textContent) say(form.dataset.typing, false);
  restore();
  form.addEventListener("input", () => { keep(); if (!held) soon(CALM_MS); });
  form.addEventListener("submit", () => { clearTimeout(timer); held = submitting = true; });
  addEventListener("pagehide", () => { if (typed() !== sent && !held) keep(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", refresh);
  addEventListener("beforeunload", (event) => {
    if (says.classList.contains("lost") && typed() !== sent && !submitting) event.preventDefault();
  });
})();
