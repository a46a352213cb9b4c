/* The form of a talk: questions whose way is closed by an earlier answer are folded away, and "none of these" takes back the
   others. The server checks both by itself. */

const form = document.querySelector("[data-talk]");
const chosen = (code) => [...form.querySelectorAll(`[name="answer-${code}"]:checked`)].map((input) => input.value);

function route() {
  for (const question of form.querySelectorAll("[data-if]")) {
    const open = chosen(question.dataset.if).some((code) => question.dataset.is.split(" ").includes(code));
    question.hidden = !open;
  }
}

form.addEventListener("change", (event) => {
  const question = event.target.closest("[data-excluding]");
  if (question && event.target.checked) {
    const excluding = question.dataset.excluding.split(" ");
    const alone = excluding.includes(event.target.value);
    for (const input of question.querySelectorAll("input:checked")) {
      if (input !== event.target && (alone || excluding.includes(input.value))) input.checked = false;
    }
  }
  route();
});
route();
