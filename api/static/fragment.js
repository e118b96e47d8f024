// Takes the one-time code out of the fragment of the address, puts it into the form, and out of
// sight of the history. Nothing is sent before the button is pressed. Without this file the code
// can be typed.
"use strict";

(function take() {
  const field = document.getElementById("field-code");
  const code = window.location.hash.slice(1);
  if (!field || !/^[\w-]{20,100}$/.test(code)) return;
  field.value = code;
  field.closest(".field").hidden = true;
  window.history.replaceState(null, "", window.location.pathname);
})();
