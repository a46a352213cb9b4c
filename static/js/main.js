/* Starts the small modules of a page by the data- hooks found in it. Every page works without any of them. */

const hooks = {
  // An error summary takes the focus, so that a reader hears it and the first link is one Tab away.
  "[data-focus]": (element) => element.focus(),
  // The menu of a phone closes with Escape and when the focus leaves it.
  ".menu": (element) => {
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && element.open) {
        element.open = false;
        element.querySelector("summary").focus();
      }
    });
    element.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !element.contains(event.relatedTarget)) element.open = false;
    });
  },
  // A filter form sends itself when a choice changes; its button stays for those without scripts.
  "form[data-send-on-change]": (element) => {
    element.addEventListener("change", () => element.requestSubmit());
  },
  // Before signing out: a device on which nothing is unsent is cleared with it.
  "form[data-sign-out]": (form) => {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.looked) return;
      event.preventDefault();
      form.dataset.looked = "yes";
      try {
        const { nothingWaits } = await import("./offline/leave.js");
        form.elements.nothing_waits.value = (await nothingWaits()) ? "yes" : "";
      } finally {
        form.requestSubmit();
      }
    });
  },
  // Opens the printer's dialog; the link behind it leads to the printable page.
  "[data-print]": (element) => {
    element.hidden = false;
    element.addEventListener("click", () => window.print());
  },
};

for (const [hook, start] of Object.entries(hooks)) {
  for (const element of document.querySelectorAll(hook)) start(element);
}
