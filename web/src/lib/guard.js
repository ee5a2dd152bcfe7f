/* SPDX-License-Identifier: Apache-2.0 */
/* guard.js - ES5, loaded first: a browser that is too old gets one sentence instead of a blank page. */
(function () {
  "use strict";
  var root = document.documentElement;
  function able() {
    return !!(window.WebSocket && window.Promise && window.Map && window.Symbol && Symbol.iterator && window.fetch &&
      Object.entries && Array.prototype.flatMap && window.performance && performance.now && window.crypto &&
      crypto.getRandomValues && window.CSS && CSS.supports && CSS.supports("color", "var(--a)") && CSS.supports("display", "grid"));
  }
  var missed = false;
  window.addEventListener("error", function (e) {
    if (e.target && e.target.tagName === "SCRIPT") missed = true;
  }, true);
  function again(place) {
    var button = document.createElement("button");
    button.className = "button";
    button.textContent = "Tải lại · Reload";
    button.onclick = function () { location.reload(); };
    place.appendChild(button);
  }
  function say() {
    var place = document.getElementById("app");
    if (!place || place.getAttribute("data-ready")) return;
    place.textContent = "";
    var vi = document.createElement("p"), en = document.createElement("p");
    vi.className = en.className = "too-old";
    vi.textContent = missed ? "Mạng chập chờn nên trang chưa tải xong. Bạn tải lại nhé." : "Trình duyệt này không mở được trang. Bạn mở bằng Chrome (80 trở lên) hoặc Safari (13 trở lên), hay dùng máy khác nhé.";
    en.textContent = missed ? "The network dropped before the page was whole. Please reload." : "This browser cannot open the page. Please use Chrome (80 or newer) or Safari (13 or newer), or another device.";
    en.lang = "en";
    place.appendChild(vi);
    place.appendChild(en);
    if (missed) again(place);
  }
  if (!able()) root.className += " unable";
  window.addEventListener("load", function () { setTimeout(say, 0); });
})();
