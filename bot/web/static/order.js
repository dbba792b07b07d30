"use strict";
// Lists that can be put in another order: dragged by their handle, or taken up there with the keyboard, moved with the
// arrows and let go. The list stands beside its plain text, which a page without script shows. No text for people
// stands here: it comes with the page.
//
// A list that was put in another order says so with the event `reorder`; who listens saves it and calls `detail.failed`
// where that did not work. On a page that a signed link opens, this does (see `saveLinked`).

const orders = (() => {
  const speaker = document.createElement("div");
  speaker.className = "unseen";
  speaker.setAttribute("role", "status");
  document.body.append(speaker);

  let taken = null; // { item, before, dragged, pointer }

  const boxOf = (item) => item.closest("[data-order]");
  const itemsOf = (box) => [...box.querySelectorAll("li")];
  const orderOf = (box) => itemsOf(box).map((item) => item.dataset.key).join(",");

  function announce(box, what, item) {
    const items = itemsOf(box);
    speaker.textContent = box.dataset[what]
      .replace("{name}", () => item.dataset.name)
      .replace("{place}", items.indexOf(item) + 1)
      .replace("{count}", items.length);
  }

  function take(item, pointer = null) {
    taken = { item, before: itemsOf(boxOf(item)), dragged: false, pointer };
    item.classList.add("held");
    item.querySelector("button").setAttribute("aria-pressed", "true");
    announce(boxOf(item), "taken", item);
  }

  function release() {
    const { item, before } = taken;
    item.classList.remove("held");
    item.querySelector("button").setAttribute("aria-pressed", "false");
    taken = null;
    return { item, before, box: boxOf(item) };
  }

  function putBack(box, before, item) {
    const focused = document.activeElement;
    box.querySelector("ol").append(...before);
    if (box.contains(focused)) focused.focus();
    announce(box, "back", item);
  }

  function cancel() {
    const { item, before, box } = release();
    putBack(box, before, item);
  }

  /** Let go where it is by now: saved if that is another place. */
  function drop() {
    const { item, before, box } = release();
    if (before.every((other, place) => other === itemsOf(box)[place])) return announce(box, "back", item);
    announce(box, "put", item);
    box.dispatchEvent(
      new CustomEvent("reorder", {
        bubbles: true,
        detail: { order: orderOf(box), key: item.dataset.key, failed: () => putBack(box, before, item) },
      }),
    );
  }

  // Its neighbours move and it stays where it is in the document, or it would lose the focus and the pointer.
  const up = (item) => item.previousElementSibling && (item.after(item.previousElementSibling), true);
  const down = (item) => item.nextElementSibling && (item.before(item.nextElementSibling), true);

  function move(item, key) {
    if (key === "ArrowUp") up(item);
    else if (key === "ArrowDown") down(item);
    else while (key === "Home" ? up(item) : down(item));
    item.scrollIntoView({ block: "nearest" });
    announce(boxOf(item), "moved", item);
  }

  const handleOf = (target) => target.closest?.("[data-order] [data-handle]");

  document.addEventListener("click", (event) => {
    const handle = handleOf(event.target);
    if (!handle) return;
    event.preventDefault();
    const item = handle.closest("li");
    if (boxOf(item).dataset.busy || handle.dataset.dragged) return void delete handle.dataset.dragged;
    taken ? drop() : take(item);
  });

  document.addEventListener("keydown", (event) => {
    if (!taken || taken.pointer !== null || handleOf(event.target)?.closest("li") !== taken.item) return;
    if (["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      move(taken.item, event.key);
    } else if (event.key === "Escape") {
      event.preventDefault();
      cancel();
    }
  });

  document.addEventListener("focusout", ({ target }) => {
    if (taken && taken.pointer === null && handleOf(target)?.closest("li") === taken.item) cancel();
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event.target);
    if (!handle || event.button !== 0 || taken || boxOf(handle).dataset.busy) return;
    handle.setPointerCapture(event.pointerId);
    take(handle.closest("li"), event.pointerId);
  });

  document.addEventListener("pointermove", (event) => {
    if (taken?.pointer !== event.pointerId) return;
    const { item } = taken;
    const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
    while (item.previousElementSibling && event.clientY < middle(item.previousElementSibling)) up(item), (taken.dragged = true);
    while (item.nextElementSibling && event.clientY > middle(item.nextElementSibling)) down(item), (taken.dragged = true);
    const edge = 48;
    if (event.clientY < edge) scrollBy(0, -edge / 4);
    else if (event.clientY > innerHeight - edge) scrollBy(0, edge / 4);
  });

  document.addEventListener("pointerup", (event) => {
    if (taken?.pointer !== event.pointerId) return;
    const handle = taken.item.querySelector("[data-handle]");
    if (!taken.dragged) {
      // A press in place: the click that follows takes it up for the keyboard.
      release();
      return;
    }
    handle.dataset.dragged = "1";
    setTimeout(() => delete handle.dataset.dragged);
    drop();
  });

  document.addEventListener("pointercancel", (event) => {
    if (taken?.pointer === event.pointerId) cancel();
  });

  /** Show the lists within `root` in the place of their text. */
  function wake(root) {
    root.querySelectorAll("[data-order]").forEach((box) => {
      box.hidden = false;
      box.parentElement.querySelectorAll("[data-plain]").forEach((plain) => (plain.hidden = true));
    });
  }

  /** The focus on the handle of the thing called `key`, which was saved where it stands. */
  function focus(root, key) {
    const item = [...root.querySelectorAll("[data-order] li")].find((each) => each.dataset.key === key);
    if (!item) return false;
    item.querySelector("[data-handle]").focus();
    announce(boxOf(item), "put", item);
    return true;
  }

  /** Post what the button would that the list stands for, and show the page that answers in this one's place. */
  async function saveLinked(event) {
    const box = event.target;
    const posted = new URLSearchParams(new FormData(box.closest("form")));
    const values = { ...JSON.parse(box.dataset.arguments), order: event.detail.order };
    posted.set("button", JSON.stringify({ action: box.dataset.action, arguments: values }));
    box.dataset.busy = "1";
    let html;
    try {
      html = await (await fetch(location.href, { method: "POST", body: posted })).text();
    } catch {
      delete box.dataset.busy;
      event.detail.failed();
      speaker.textContent = box.dataset.offline;
      box.querySelector("[data-trouble]").textContent = box.dataset.offline;
      return;
    }
    const page = new DOMParser().parseFromString(html, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    wake(document);
    if (!focus(document, event.detail.key)) scrollTo(0, 0);
  }

  wake(document);
  if (document.body.classList.contains("linked")) document.addEventListener("reorder", saveLinked);
  return { wake, focus };
})();
