// Runs inside the pages under test (page-checks.ts hands it over): what a keyboard reaches, and how it looks then.
// The value of this script is an object of functions.
({
  /** How much wider than its window the page is, in CSS pixels. */
  tooWide() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth, document.body.scrollWidth - clientWidth);
  },

  /** How much wider than their place tables are that a phone shows row by row, in CSS pixels; the widest counts. */
  rowsTooWide() {
    const stacks = [...document.querySelectorAll('.cs-stack')];
    return Math.max(0, ...stacks.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
  },

  /** Cells of such tables that are not called as their column is. */
  misnamed() {
    const wrong = [];
    for (const table of document.querySelectorAll('.cs-stack table')) {
      const heads = [...table.querySelectorAll('thead th')];
      for (const row of table.querySelectorAll('tbody tr')) {
        let column = 0;
        for (const cell of row.children) {
          const head = heads[column];
          const hidden = head === undefined || head.querySelector('.govuk-visually-hidden') !== null;
          const name = head === undefined ? '' : head.textContent.trim();
          // What a row begins with says by itself what it is.
          const bare = hidden || cell.tagName === 'TH' || column === 0 || cell.colSpan > 1;
          if (cell.dataset.label === undefined ? !bare : cell.dataset.label !== name)
            wrong.push(`${name}: ${cell.dataset.label ?? 'no label'}`);
          column += cell.colSpan;
        }
      }
    }
    return [...new Set(wrong)];
  },

  look(element) {
    const of = (style) => [style.outline, style.boxShadow, style.backgroundColor, style.border, style.textDecoration];
    // GOV.UK draws radio buttons and checkboxes beside the real, invisible ones.
    const drawn = element.nextElementSibling;
    return JSON.stringify([
      of(getComputedStyle(element)),
      drawn === null ? [] : of(getComputedStyle(drawn, '::before')),
    ]);
  },

  name(element) {
    const text = element.id || element.getAttribute('name') || element.textContent.trim().slice(0, 40);
    return `${element.tagName.toLowerCase()} ${text}`;
  },

  /** Marks every control that Tab should reach, and notes how it looks without the focus. @returns how many there are */
  mark() {
    if (document.activeElement !== document.body) {
      // What a page gives the focus to by itself, such as an error summary, is reached so: the walk begins above it.
      const top = document.createElement('span');
      top.tabIndex = -1;
      document.body.prepend(top);
      top.focus();
    }
    const selector = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const groups = new Set();
    let count = 0;
    for (const element of document.querySelectorAll(selector)) {
      if (element.matches(':disabled, [tabindex="-1"]') || element.getClientRects().length === 0) continue;
      // What a closed "details" holds has a place, but is not shown.
      if (!element.checkVisibility()) continue;
      if (element.type === 'radio') {
        // One radio button of a group is reached, the others by the arrow keys.
        const checked = document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]:checked`);
        if (groups.has(element.name) || (checked !== null && checked !== element)) continue;
        groups.add(element.name);
      }
      element.dataset.walk = String(count);
      element.dataset.look = this.look(element);
      count += 1;
    }
    return count;
  },

  /** @returns the control that has the focus; null = none */
  focused() {
    const element = document.activeElement;
    if (element === null || element === document.body || element === document.documentElement) return null;
    const number = Number(element.dataset.walk ?? -1);
    return { number, name: this.name(element), seen: this.look(element) !== element.dataset.look };
  },

  /** @returns the marked controls that are not among these */
  missed(numbers) {
    const marked = [...document.querySelectorAll('[data-walk]')];
    return marked.filter(({ dataset }) => !numbers.includes(Number(dataset.walk))).map((element) => this.name(element));
  },
});
