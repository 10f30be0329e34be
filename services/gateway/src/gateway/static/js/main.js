// What the page can do by itself, one module per concern; everything that needs data is htmx and the server.
import { tellTimeZone, switchTheme } from "./preferences.js";
import { manageDialogs } from "./dialogs.js";
import { listenToKeys } from "./keys.js";
import { keepLive } from "./live.js";
import { followEarlyChoices } from "./early.js";
import { editInPlace } from "./inplace.js";
import { keepPlace } from "./saving.js";
import { countTicked } from "./ticked.js";
import { showFailures } from "./toasts.js";
import { keepTyped } from "./typed.js";

tellTimeZone();
switchTheme();
manageDialogs();
listenToKeys();
keepLive();
keepPlace();
countTicked();
showFailures();
editInPlace();
keepTyped();
followEarlyChoices();
document.addEventListener("DOMContentLoaded", () => { document.documentElement.dataset.ready = ""; }); // after htmx, which came first
