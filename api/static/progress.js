// Follows a plan being made and shows its page again when it has moved. Without this file the
// page renews itself once a second.
"use strict";

(function follow() {
  const box = document.getElementById("progress");
  const words = document.getElementById("progress-words");
  if (!box || !words) return;
  const address = "/api/v1/plans/" + encodeURIComponent(box.dataset.plan) + "/progress";

  async function look() {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const plan = await answer.json();
        if (plan.phase !== box.dataset.phase) {
          window.location.reload();
          return;
        }
        if (plan.progress && plan.progress !== words.textContent) words.textContent = plan.progress;
      }
    } catch {
      words.textContent = "The connection is interrupted; trying again.";
    }
    window.setTimeout(look, 400);
  }

  window.setTimeout(look, 250);
})();
