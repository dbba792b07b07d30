"use strict";
// A form on the page of a meeting saves itself shortly after something was typed, so that a closed window loses
// nothing. No text for people stands here: it comes with the page.

(() => {
  const AFTER = 1500; // ms
  const form = document.querySelector("form[data-saves]");
  if (!form) return;
  let timer = 0;
  let changed = false;
  let handedIn = false;

  async function save(keepalive = false) {
    clearTimeout(timer);
    if (!changed || handedIn) return;
    changed = false;
    const posted = new URLSearchParams(new FormData(form));
    posted.set("intent", "save");
    let saved = false;
    try {
      saved = (await fetch(location.href, { method: "POST", body: posted, keepalive })).ok;
    } catch {
      // It is tried again with the next letter, or handed in with all the rest.
    }
    changed ||= !saved;
    form.querySelector("[data-saved]").textContent = saved ? form.dataset.saves : "";
  }

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, AFTER);
  });
  form.addEventListener("submit", () => {
    handedIn = true;
  });
  addEventListener("pagehide", () => save(true));
  // Back from what it was handed in for.
  addEventListener("pageshow", () => {
    handedIn = false;
  });
})();
