// Leaving at once: replaces this page in the history, and shows nothing on the way.
// Without this script the link still works.
"use strict";
(function () {
  const link = document.getElementById("leave");
  if (!link) return;
  const page = document.documentElement, quiet = 5 * 60 * 1000;
  let left = false;
  function leave(event) {
    if (event) event.preventDefault();
    left = true;
    page.classList.add("gone");
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

  // Nothing to see in the list of open apps, nor on the way to the next page. All of it is there on coming back.
  document.addEventListener("visibilitychange", function () {
    page.classList.toggle("away", document.visibilityState === "hidden");
  });
  window.addEventListener("pagehide", function () { page.classList.add("away"); });

  // A page kept alive by the browser's Back must not show what was on it: after leaving it leaves again, else it asks
  // anew. Asked by its plain address, because a reload could send a form again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    page.classList.add("gone");
    window.location.replace(left ? link.href : window.location.pathname);
  });

  // Nobody has touched anything for five minutes: cover what is there. It stays as it was.
  const cover = document.createElement("div"), show = document.createElement("button");
  let resting, before;
  function rest() {
    before = document.activeElement;
    document.body.append(cover);
    page.classList.add("covered");
    for (const part of document.querySelectorAll("main, footer, .past")) part.inert = true;
    show.focus();
  }
  function wake() {
    cover.remove();
    page.classList.remove("covered");
    for (const part of document.querySelectorAll("main, footer, .past")) part.inert = false;
    if (before) before.focus({ preventScroll: true });
    wait();
  }
  function wait() {
    clearTimeout(resting);
    if (!cover.isConnected) resting = setTimeout(rest, quiet);
  }
  cover.className = "cover";
  show.type = "button";
  show.textContent = link.dataset.show;
  show.addEventListener("click", wake);
  cover.append(show);
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll", "input"]) {
    document.addEventListener(sign, wait, { passive: true });
  }
  wait();

  // A page that came of sending a form is noted down by browsers together with what was sent, unless it is told to be
  // a page by itself. One that says that nothing could be saved is left alone: loading it again sends it again.
  const came = window.performance.getEntriesByType("navigation")[0];
  if (!came || came.responseStatus !== 503) window.history.replaceState(null, "", window.location.href);

  const problems = document.getElementById("problems");
  if (problems) problems.focus();
})();
