// Leaving at once: replaces this page in the history, and shows nothing on the way.
// Without this script the link still works.
"use strict";
(function () {
  const link = document.getElementById("leave");
  if (!link) return;
  function blank() { document.documentElement.classList.add("gone"); }
  function leave(event) {
    if (event) event.preventDefault();
    blank();
    window.location.replace(link.href);
  }
  link.addEventListener("click", leave);

  let presses = [];
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") { presses = []; return; }
    presses = presses.filter(function (at) { return event.timeStamp - at < 5000; });
    presses.push(event.timeStamp);
    if (presses.length === 3) leave();
  });

  // A page kept alive by the browser's Back must not show what was on it.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { blank(); window.location.reload(); }
  });

  const problems = document.getElementById("problems");
  if (problems) problems.focus();
})();
