// Small conveniences; every page works without them.
(function () {
	'use strict';

	// Moments in the reader's own time zone.
	const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
	document.querySelectorAll('time[data-moment]').forEach(function (element) {
		const moment = new Date(element.dateTime);
		if (!Number.isNaN(moment.getTime())) {
			element.title = element.textContent;
			element.textContent = format.format(moment);
		}
	});

	// On a narrow screen the sections scroll: begin where the reader is.
	document.querySelectorAll('.tabs [aria-current]').forEach(function (current) {
		current.closest('.tabs').scrollLeft = current.offsetLeft - 14;
	});

	// On a narrow screen a row becomes a card: each cell says of what it is. The roles keep it a table for screen readers.
	document.querySelectorAll('table.as-cards').forEach(function (table) {
		const labels = Array.from(table.querySelectorAll('thead th'), function (head) { return head.textContent.replace(/[↑↓]/g, '').trim(); });
		table.setAttribute('role', 'table');
		table.querySelectorAll('thead, tbody').forEach(function (group) { group.setAttribute('role', 'rowgroup'); });
		table.querySelectorAll('thead th').forEach(function (head) { head.setAttribute('role', 'columnheader'); });
		table.querySelectorAll('tr').forEach(function (row) { row.setAttribute('role', 'row'); });
		table.querySelectorAll('tbody tr').forEach(function (row) {
			Array.from(row.children).forEach(function (cell, place) {
				cell.setAttribute('role', cell.localName === 'th' ? 'rowheader' : 'cell');
				if (cell.textContent.trim()) { cell.dataset.label = labels[place] || ''; }
			});
		});
		table.classList.add('is-labelled');
	});

	// What is folded on a phone stands open where there is room.
	if (window.matchMedia('(min-width: 62rem)').matches) {
		document.querySelectorAll('details[data-open-on-wide]').forEach(function (details) { details.open = true; });
	}

	// A link is copied where the browser allows it; its button is not there otherwise.
	document.querySelectorAll('[data-copy]').forEach(function (button) {
		if (!navigator.clipboard) { return; }
		button.hidden = false;
		button.setAttribute('aria-live', 'polite');
		button.addEventListener('click', function () {
			navigator.clipboard.writeText(button.dataset.copy).then(function () { button.textContent = button.dataset.done; });
		});
	});

	// A list of decisions is gone through by keys: from one line to the next, and one key for each answer.
	document.querySelectorAll('[data-queue]').forEach(function (list) {
		const lines = Array.from(list.children);
		list.parentElement.querySelectorAll('[data-key-help]').forEach(function (help) { help.hidden = false; });
		document.addEventListener('keydown', function (event) {
			if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=radio]), textarea, select')) { return; }
			const place = lines.indexOf(document.activeElement.closest('[data-queue] > li'));
			const key = event.key.toLowerCase();
			const next = lines[key === 'j' ? place + 1 : key === 'k' ? place - 1 : -1];
			const answer = place >= 0 && lines[place].querySelector('[data-key="' + CSS.escape(key) + '"] button');
			if (next) { next.focus(); } else if (answer) { answer.click(); } else { return; }
			event.preventDefault();
		});
		if (window.location.hash === '#waiting' && lines.length) { lines[0].focus(); }
	});

	// What is sent is sent once.
	document.querySelectorAll('form[method=post]').forEach(function (form) {
		form.addEventListener('submit', function () {
			window.setTimeout(function () {
				form.querySelectorAll('button').forEach(function (button) { button.disabled = true; });
			});
		});
	});
	window.addEventListener('pageshow', function () {
		document.querySelectorAll('form[method=post] button').forEach(function (button) { button.disabled = false; });
	});
}());
