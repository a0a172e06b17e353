// Tells the zone of the browser, in which times are shown unless the settings name another.
"use strict";
(() => {
  const NAME = "peerscope-zone";
  if (document.cookie.split("; ").some((it) => it.startsWith(NAME + "="))) return;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) document.cookie = `${NAME}=${timeZone}; path=/; max-age=31536000; samesite=lax`;
})();
