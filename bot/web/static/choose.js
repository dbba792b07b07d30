"use strict";
// Narrows the list of people while one types.

const filter = document.getElementById("filter");
const none = document.getElementById("none");

filter?.addEventListener("input", () => {
  const words = filter.value.toLocaleLowerCase().split(/\s+/);
  let count = 0;
  for (const section of document.querySelectorAll("section")) {
    const place = section.querySelector("h2").textContent;
    let here = 0;
    for (const item of section.querySelectorAll("li")) {
      const text = `${item.textContent} ${place}`.toLocaleLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      here += item.hidden ? 0 : 1;
    }
    section.hidden = here === 0;
    count += here;
  }
  none.textContent = count ? "" : none.dataset.text;
});
