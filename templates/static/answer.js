// Makes answering smoother. Without this script everything works the same, by buttons.
"use strict";
(function () {
  // What “other” is: asked only once it is chosen. Disabled while hidden, so that it is not sent; its words stay.
  for (const beside of document.querySelectorAll("[data-other]")) {
    const form = beside.closest("form");
    const input = beside.querySelector("input");
    const settle = function () {
      const chosen = [...form.querySelectorAll(`[name="${beside.dataset.other}"]`)].some(function (field) {
        return field.value === "other" && (field.checked || field.tagName === "SELECT");
      });
      beside.hidden = !chosen && !input.hasAttribute("aria-invalid");
      input.disabled = beside.hidden;
    };
    form.addEventListener("change", settle);
    settle();
  }

  // “Clear this answer” takes effect at once.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button.clear");
    if (!button) return;
    event.preventDefault();
    const boxes = [...button.closest("fieldset").querySelectorAll("input[type=radio]")];
    for (const box of boxes) box.checked = false;
    boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
    boxes[0].focus();
  });

  // How much room is left in a text: said from three quarters on, and to screen readers once the typing pauses.
  for (const area of document.querySelectorAll("textarea[data-longest]")) {
    const seen = document.createElement("p"), said = document.createElement("p");
    seen.className = "hint count";
    seen.setAttribute("aria-hidden", "true");
    said.className = "unseen";
    said.setAttribute("role", "status");
    area.after(seen, said);
    let pause;
    const count = function () {
      const longest = Number(area.dataset.longest), left = longest - [...area.value].length;
      const words = left < 0 ? `${area.dataset.over} ${-left}` : `${area.dataset.left} ${left}`;
      seen.textContent = left < longest / 4 ? words : "";
      seen.classList.toggle("error", left < 0);
      clearTimeout(pause);
      pause = setTimeout(function () { said.textContent = seen.textContent; }, 1000);
    };
    area.addEventListener("input", count);
    count();
  }

  // Coming back to a part of the page (a ranking, a new question): go on from there.
  const part = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (part && !document.getElementById("problems")) {
    const first = part.matches("fieldset:not([tabindex]),section,p") ? part.querySelector("input,select,textarea") : part;
    if (first) first.focus();
  }
})();
