// Offers the answers of the question that is chosen in a condition. Without this script they can be typed, or chosen after.
"use strict";
(function () {
  const question = document.getElementById("when-question");
  const answer = document.getElementById("when-value");
  if (!question || !answer || answer.tagName !== "INPUT") return;
  function offer() {
    answer.setAttribute("list", "answers-" + question.value);
  }
  question.addEventListener("change", offer);
  offer();
})();
