// Every act on the desk by one key, as written beside it. Without this script the buttons work all the same.
"use strict";
(function () {
  const form = document.getElementById("decision");
  if (!form) return;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, input[type=text]")) return;
    const found = form.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!found) return;
    event.preventDefault();
    found.click();
  });
  form.addEventListener("submit", function (event) {
    const save = event.submitter && event.submitter.value === "save";
    if (!save || form.querySelector("input[name=section]:checked")) return;
    event.preventDefault();
    const said = document.getElementById("ticked");
    said.textContent = said.dataset.words;
  });
})();
