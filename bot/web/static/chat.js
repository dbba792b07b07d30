"use strict";
// The local chat page. The server decides and draws; this puts lines in their place, sends what is typed and pressed,
// and keeps the focus where the person is. No text for people stands here: it comes with the page.

const log = document.getElementById("log");
const composer = document.getElementById("composer");
const textBox = document.getElementById("text");
const trouble = document.getElementById("trouble");
const connection = document.getElementById("connection");
const newsButton = document.getElementById("news");
const confirmBox = document.getElementById("confirm");
const base = location.pathname.replace(/\/$/, "");

const SAVE_AFTER = 600;
const RETRY_AFTER = 5000;
const SEARCH_AFTER = 150;
const SHOW_COUNT_FROM = 0.8;

let seen = Number(log.dataset.seen);

// --- lines -------------------------------------------------------------------------------------------------

/** Put a line where it belongs, unless it is there already in this revision. */
function put({ id, revision, html }) {
  seen = Math.max(seen, revision);
  const old = document.getElementById(`line-${id}`);
  if (old && Number(old.dataset.revision) >= revision) return false;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const line = holder.content.firstElementChild;
  const hadFocus = old?.contains(document.activeElement);
  line.classList.add("fresh");
  if (old) {
    old.replaceWith(line);
  } else {
    log.insertBefore(line, [...log.children].find((other) => Number(other.dataset.entry) > id) ?? null);
  }
  wake(line);
  if (hadFocus) focusIn(line);
  return true;
}

/** What a line needs once it is on the page. */
function wake(line) {
  line.querySelectorAll("[data-limit]").forEach(count);
  orders.wake(line);
}

/** Move the focus to the first error of a form, else its first field, else the title. */
function focusIn(line) {
  const wrong =
    line.querySelector(".errors:not([hidden])") ??
    line.querySelector(".wrong :is(input:not([type=hidden]), select, textarea)");
  const first = line.querySelector(".field :is(input:not([type=hidden]), select, textarea)");
  // Among radio buttons the one that is chosen, where Tab would lead too.
  const field = (first?.type === "radio" && first.closest("fieldset").querySelector(":checked")) || first;
  const target = wrong ?? field ?? line.querySelector("h2") ?? textBox;
  newsButton.hidden = true;
  target.focus({ preventScroll: true });
  if (!wrong) line.scrollIntoView({ block: line.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
  target.scrollIntoView({ block: wrong ? "center" : "nearest" });
}

const atEnd = () => document.documentElement.scrollHeight - innerHeight - scrollY < 80;

/** Where the newest is read: the end, or the beginning of what is longer than the window. */
function toEnd() {
  newsButton.hidden = true;
  const newest = log.lastElementChild;
  if (newest && newest.offsetHeight > innerHeight * 0.7) newest.scrollIntoView({ block: "start" });
  else scrollTo(0, document.documentElement.scrollHeight);
}

// --- talking with the server -------------------------------------------------------------------------------

/** There is contact with the server again: what said that there was none is no longer true. */
function reached() {
  if (trouble.textContent === log.dataset.offline) trouble.textContent = "";
  for (const errors of log.querySelectorAll(".errors[data-offline]")) {
    errors.replaceChildren();
    errors.hidden = true;
    delete errors.dataset.offline;
  }
}

/** Post, put the lines that come back, and return the answer. It never fails: then there is an `error` to show. */
async function post(path, values, { keepalive = false } = {}) {
  let answer;
  try {
    const response = await fetch(`${base}/${path}`, { method: "POST", body: new URLSearchParams(values), keepalive });
    answer = await response.json();
    reached();
  } catch {
    answer = { error: log.dataset.offline, again: true };
  }
  answer.lines?.forEach(put);
  // They chose another language, which the rest of the page is to be in too.
  if (answer.language && answer.language !== document.documentElement.lang) location.reload();
  return answer;
}

/** Do `work` with the buttons of `place` at rest, so that a double click is one. */
async function once(place, work) {
  if (place.dataset.busy) return;
  const buttons = place.matches("button") ? [place] : [...place.querySelectorAll("button")];
  const rest = (busy) => {
    busy ? (place.dataset.busy = "1") : delete place.dataset.busy;
    buttons.forEach((button) => (busy ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled")));
  };
  rest(true);
  try {
    await work();
  } finally {
    rest(false);
  }
}

const lineOf = (answer) => (answer.answer === null ? null : document.getElementById(`line-${answer.answer}`));

function say(text, from) {
  return once(from, async () => {
    const answer = await post("command", { text });
    trouble.textContent = answer.error ?? "";
    if (answer.error) return;
    if (from === composer) textBox.value = "";
    toEnd();
    const line = lineOf(answer);
    if (line?.classList.contains("opened")) focusIn(line);
  });
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  if (textBox.value.trim()) say(textBox.value, composer);
});

document.querySelector(".commands").addEventListener("click", ({ target }) => {
  if (target.dataset.say) say(target.dataset.say, target);
});

// --- buttons on messages -----------------------------------------------------------------------------------

function confirmed(button) {
  if (!button.dataset.confirm) return Promise.resolve(true);
  const yes = document.getElementById("yes");
  document.getElementById("question").textContent = button.dataset.confirm;
  yes.textContent = button.dataset.yes;
  yes.className = button.classList.contains("danger") ? "danger" : "primary";
  confirmBox.returnValue = "";
  confirmBox.showModal();
  return new Promise((resolve) => {
    confirmBox.addEventListener("close", () => resolve(confirmBox.returnValue === "yes"), { once: true });
  });
}

async function press(button) {
  if (!(await confirmed(button))) return;
  const { action, arguments: values } = button.dataset;
  await once(button, async () => {
    const answer = await post("press", { entry: button.closest(".line").dataset.entry, action, arguments: values });
    trouble.textContent = answer.error ?? "";
    const line = answer.error ? null : lineOf(answer);
    if (line) focusIn(line);
  });
}

// Things on a message that were put in another order (see order.js).
log.addEventListener("reorder", ({ target: box, detail }) =>
  once(box, async () => {
    const values = JSON.stringify({ ...JSON.parse(box.dataset.arguments), order: detail.order });
    const entry = box.closest(".line").dataset.entry;
    const answer = await post("press", { entry, action: box.dataset.action, arguments: values });
    trouble.textContent = answer.error ?? "";
    if (answer.error) return detail.failed();
    const line = lineOf(answer);
    if (line && !orders.focus(line, detail.key)) focusIn(line);
  }),
);

// --- forms -------------------------------------------------------------------------------------------------

const drafts = new WeakMap(); // form → { timer, saving, changed }

function draftOf(form) {
  if (!drafts.has(form)) drafts.set(form, { timer: 0, saving: null, changed: false });
  return drafts.get(form);
}

const values = (form, intent) => [...new FormData(form), ["intent", intent]];

/** Something was typed: it is saved shortly, so that a closed window loses nothing. */
function changed(form, delay = SAVE_AFTER) {
  const draft = draftOf(form);
  draft.changed = true;
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => save(form), delay);
}

async function save(form, options) {
  const draft = draftOf(form);
  if (!draft.changed || form.dataset.busy) return;
  clearTimeout(draft.timer);
  draft.changed = false;
  draft.saving = post("submit", values(form, "save"), options);
  const answer = await draft.saving;
  form.querySelector(".saved").textContent = answer.error ?? form.dataset.saved;
  if (answer.again && !draft.changed) changed(form, RETRY_AFTER);
}

function submit(form, intent) {
  return once(form, async () => {
    const draft = draftOf(form);
    clearTimeout(draft.timer);
    await draft.saving; // or it might arrive after this, with less in it
    const answer = await post("submit", values(form, intent));
    if (answer.error) {
      draft.changed = Boolean(answer.again);
      complain(form, answer.error);
      return;
    }
    draft.changed = false;
    const line = lineOf(answer);
    if (line) focusIn(line);
  });
}

/** Show a sentence on the form, with all that is typed still there. */
function complain(form, sentence) {
  const errors = form.querySelector(".errors");
  const paragraph = document.createElement("p");
  paragraph.textContent = sentence;
  errors.replaceChildren(paragraph);
  if (sentence === log.dataset.offline) errors.dataset.offline = "1";
  else delete errors.dataset.offline;
  errors.hidden = false;
  errors.focus({ preventScroll: true });
  errors.scrollIntoView({ block: "nearest" });
}

/** «2 990 av 3 000 tegn», from when it begins to matter. Nothing is cut: too long is said, and can be mended. */
function count(counter) {
  const limit = Number(counter.dataset.limit);
  const length = [...counter.parentElement.querySelector("input, textarea").value].length;
  counter.hidden = length < limit * SHOW_COUNT_FROM;
  counter.classList.toggle("over", length > limit);
  counter.textContent = counter.dataset.text
    .replace("{count}", length.toLocaleString(document.documentElement.lang))
    .replace("{limit}", limit.toLocaleString(document.documentElement.lang));
}

log.addEventListener("submit", (event) => {
  // A file is handed in as the browser does it, and the page is shown anew.
  if (event.target.classList.contains("upload")) return;
  event.preventDefault();
  submit(event.target, "next");
});

log.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.getAttribute("aria-disabled")) return;
  if (button.dataset.action) press(button);
  else if (button.dataset.intent && button.type === "button") submit(button.form, button.dataset.intent);
  else if ("remove" in button.dataset) remove(button);
});

log.addEventListener("input", ({ target }) => {
  const counter = target.parentElement.querySelector("[data-limit]");
  if (counter) count(counter);
  if (target.getAttribute("role") === "combobox") look(target);
  if (target.form) changed(target.form);
});

log.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (target.getAttribute("role") === "combobox") close(target);
  if (target.form && relatedTarget?.form !== target.form) save(target.form);
});

const saveAll = () => document.querySelectorAll("[data-form]").forEach((form) => save(form, { keepalive: true }));
addEventListener("pagehide", saveAll);

// --- fields that are searched (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/) --------------------------

const searches = new WeakMap(); // text box → the timer of its next search

function look(box) {
  clearTimeout(searches.get(box));
  searches.set(box, setTimeout(() => search(box), SEARCH_AFTER));
}

async function search(box) {
  const field = box.closest("[data-search]");
  const query = box.value;
  const answer = await post("search", { token: box.form.elements.token.value, field: field.dataset.search, query });
  if (box.value !== query || document.activeElement !== box) return; // typed on, or gone elsewhere
  if (answer.error) return complain(box.form, answer.error);
  const list = field.querySelector("[role=listbox]");
  list.classList.remove("stays");
  list.replaceChildren(
    ...answer.options.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.value = option.value;
      item.textContent = option.label;
      return item;
    }),
  );
  open(box, answer.options.length > 0);
  const status = field.querySelector("[role=status]").dataset;
  field.querySelector("[role=status]").textContent = answer.options.length
    ? status.some.replace("{count}", answer.options.length)
    : status.none;
}

const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));

function open(box, shown) {
  listOf(box).hidden = !shown;
  box.setAttribute("aria-expanded", String(shown));
  box.removeAttribute("aria-activedescendant");
  if (shown) listOf(box).scrollIntoView({ block: "nearest" });
}

function close(box) {
  clearTimeout(searches.get(box));
  open(box, false);
}

function choose(box, option) {
  const field = box.closest("[data-search]");
  const chosen = field.querySelector(".chosen");
  const many = field.querySelector("[name=many]");
  const there = [...chosen.querySelectorAll("[name^='value.']")].some((input) => input.value === option.dataset.value);
  if (!many) chosen.replaceChildren();
  if (!there || !many) {
    const item = field.querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector("[name^='value.']").value = option.dataset.value;
    item.querySelector("[name^='label.']").value = option.textContent;
    item.querySelectorAll("[data-label]").forEach((label) => (label.textContent = option.textContent));
    chosen.append(item);
  }
  box.value = "";
  field.querySelector("[role=status]").textContent = "";
  close(box);
  changed(box.form);
}

function remove(button) {
  const form = button.form;
  const box = button.closest("[data-search]").querySelector("[role=combobox]");
  button.closest("li").remove();
  box.focus();
  changed(form);
}

function step(box, by) {
  const options = [...listOf(box).children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + by + options.length + (now < 0 && by < 0 ? 1 : 0)) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  box.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

log.addEventListener("keydown", (event) => {
  const box = event.target;
  if (box.getAttribute("role") !== "combobox") return;
  const isOpen = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    isOpen ? step(box, event.key === "ArrowDown" ? 1 : -1) : search(box);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    close(box);
  } else if (event.key === "Enter" && (isOpen || box.value)) {
    event.preventDefault(); // choosing is not submitting
    const active = listOf(box).querySelector("[aria-selected=true]") ?? (isOpen ? listOf(box).firstElementChild : null);
    if (active) choose(box, active);
  }
});

// A press moves the focus, which would close the list before the click arrives.
log.addEventListener("pointerdown", (event) => {
  if (event.target.closest("[role=option]")) event.preventDefault();
});

log.addEventListener("click", ({ target }) => {
  const option = target.closest("[role=option]");
  if (option) choose(option.closest("[data-search]").querySelector("[role=combobox]"), option);
  else if (target.getAttribute("role") === "combobox" && listOf(target).hidden) search(target);
});

// --- what comes by itself ----------------------------------------------------------------------------------

let source = null;

function listen() {
  source = new EventSource(`${base}/events?seen=${seen}`);
  source.onopen = () => {
    connection.textContent = "";
    reached();
  };
  source.onmessage = ({ data }) => {
    const wasAtEnd = atEnd();
    if (!put(JSON.parse(data))) return;
    wasAtEnd ? toEnd() : (newsButton.hidden = false);
  };
  source.addEventListener("reload", () => location.reload());
  source.onerror = () => {
    connection.textContent = connection.dataset.lost;
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    silence();
    setTimeout(() => source ?? listen(), RETRY_AFTER);
  };
}

function silence() {
  source?.close();
  source = null;
}

// A browser keeps six connections to a host. Pages that nobody looks at leave theirs to the others.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    saveAll();
    silence();
  } else if (!source) {
    listen();
  }
});

newsButton.addEventListener("click", toEnd);
addEventListener("scroll", () => (newsButton.hidden ||= atEnd()), { passive: true });

document.querySelectorAll(".line").forEach(wake);
toEnd();
if (!document.hidden) listen();
