// Sheets that wait on this phone until the hub has them. Each has a mark of its own, by which the hub
// knows one that it was given before; a sheet leaves the phone only when the hub said that it is kept.
"use strict";

const fieldQueue = (() => {
  const KEY = "padlicht-field-queue";
  const AGAIN_MS = 20000;
  let busy = false;
  let changed = () => {};
  let says = () => {};

  // Throws where a browser keeps nothing: then the form is sent as a form.
  function all() { return JSON.parse(localStorage.getItem(KEY) ?? "[]"); }
  function keep(sheets) { localStorage.setItem(KEY, JSON.stringify(sheets)); changed(); }
  function add(sheet) { keep([...all(), sheet]); }
  function remove(sheet) { keep(all().filter((each) => each.once !== sheet.once)); }

  function mark() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // A token of now: that of a page which was kept may be too old. Null when one has to log in first.
  async function token(address) {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.redirected || answer.status === 401) return null;
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("form[data-field] [name=_csrf_token]").value;
  }

  async function give(sheet) {
    const fresh = await token(sheet.address);
    if (fresh === null) { says("login"); return false; }
    const answer = await fetch(sheet.address, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams([...sheet.fields, ["once", sheet.once], ["_csrf_token", fresh]]),
    });
    if (answer.redirected) { says("login"); return false; }
    if (answer.ok && (await answer.json()).kept === true) { remove(sheet); says("done"); return true; }
    if (answer.status !== 422) throw new Error(String(answer.status));
    const { wrong } = await answer.json();
    keep(all().map((each) => (each.once === sheet.once ? { ...each, wrong } : each)));
    return true;
  }

  async function handIn() {
    if (busy) return;
    busy = true;
    try {
      for (const sheet of all().filter((each) => !each.wrong)) if (!(await give(sheet))) break;
    } catch {
      says("kept"); // no connection, or the hub is away: the sheets wait
    } finally {
      busy = false;
    }
  }

  function start(onChange, onSay) {
    changed = onChange;
    says = onSay;
    changed();
    addEventListener("online", handIn);
    addEventListener("storage", (event) => { if (event.key === KEY) changed(); });
    setInterval(() => { if (all().some((each) => !each.wrong)) handIn(); }, AGAIN_MS);
    if (all().length) handIn();
  }

  return { all, add, remove, mark, handIn, start };
})();
