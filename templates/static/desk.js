// Every act on the desk by one key, as written beside it. Without this script the buttons work all the same.
"use strict";
(function () {
  const form = document.getElementById("decision"), did = document.getElementById("did"), keys = document.getElementById("keys");
  const words = Array.from(document.querySelectorAll(".words button"));
  const memo = document.getElementById("memo"), boxes = "input[name=section]";
  const area = (box) => box.closest(".section");
  let current = form && form.querySelector(boxes + ":checked");

  function choose(box) {  // a key: choose it; once it is the one chosen last, let go of it
    if (!box.checked || box === current) box.click();
    else unfold(box);
  }
  function unfold(box) {
    current = box;
    area(box).querySelector("details").open = box.checked;
  }
  function theme(key) {
    const found = current && area(current).querySelector('[data-theme="' + key + '"]');
    if (found) found.click();
    return found;
  }
  function step(event) {  // among the words of a split
    const at = words.indexOf(document.activeElement), by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || !words.length) return false;
    words[Math.min(Math.max(at + by, 0), words.length - 1)].focus();
    return true;
  }
  function press(found) {
    if (found.name === "section") choose(found);
    else if (found.type === "radio" && found.checked) form.querySelector("input[name=stance][value='']").checked = true;
    else found.click();
  }
  const acts = {
    "?": function () { keys.open = !keys.open; keys.querySelector("summary").focus(); },
    m: function () { document.getElementById("memo-part").open = true; memo.focus(); },
  };
  function act(event) {
    const found = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (step(event) || theme(event.key)) return true;
    if (found) press(found);
    else if (keys && acts[event.key]) acts[event.key]();
    else return false;
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target === memo && event.key === "Escape") memo.blur();
    if (event.target.matches("textarea, select, input[type=text]") || !form || form.dataset.keys === "off") return;
    if (act(event)) event.preventDefault();
  });
  if (!form) return;
  form.addEventListener("change", function (event) {
    const box = event.target;
    if (box.name === "section") unfold(box);
    if (box.name === "section" && !box.checked) area(box).querySelectorAll("input[name=theme]").forEach((each) => { each.checked = false; });
    if (box.name === "theme" && box.checked) {
      const section = area(box).querySelector(boxes);
      section.checked = true;
      unfold(section);
    }
  });
  form.addEventListener("submit", function (event) {
    const save = event.submitter && event.submitter.value === "save";
    if (!save || form.querySelector(boxes + ":checked")) return;
    event.preventDefault();
    const said = document.getElementById("ticked");
    said.textContent = said.dataset.words;
  });
  if (words.length) words[0].focus();
  if (did && did.textContent) {  // said once more after the page is there, so that it is read out
    const said = did.textContent;
    did.textContent = "";
    setTimeout(function () { did.textContent = said; }, 100);
  }
})();
