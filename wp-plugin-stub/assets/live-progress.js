/*
 * Asks for the line of progress again, as long as it will soon say something else: every three seconds for a minute, then
 * every fifteen for ten minutes. How long the rest will take is told from what was sent while somebody watched.
 */
( function ( live ) {
	var box = document.getElementById( 'mentor-bridge-live' );
	var looks = 0;
	var first = null; // What was sent when it was seen first, and when that was.

	function sayTimeLeft() {
		var bar = box.querySelector( 'progress' );
		var old = box.querySelector( '.mentor-bridge-time-left' );
		var now = Date.now();
		var minutes;
		if ( ! bar ) {
			return;
		}
		if ( ! first || bar.value < first.sent ) {
			first = { sent: bar.value, at: now };
		}
		if ( bar.value === first.sent || bar.value >= bar.max ) {
			if ( old ) {
				old.remove();
			}
			return;
		}
		minutes = ( bar.max - bar.value ) * ( now - first.at ) / ( bar.value - first.sent ) / 60000;
		if ( ! old ) {
			old = document.createElement( 'span' );
			old.className = 'mentor-bridge-time-left';
			bar.after( old );
		}
		old.textContent = ' ' + ( minutes < 1 ? live.soon : live.minutes.replace( '%s', Math.ceil( minutes ).toLocaleString( document.documentElement.lang || undefined ) ) );
	}

	function later() {
		looks += 1;
		if ( looks <= 60 ) {
			window.setTimeout( look, looks <= 20 ? 3000 : 15000 );
		}
	}

	function look() {
		if ( document.hidden ) {
			later();
			return;
		}
		window.fetch( live.address, { credentials: 'same-origin' } ).then( function ( answer ) {
			return answer.ok ? answer.json() : null;
		} ).then( function ( answer ) {
			if ( ! answer || ! answer.success ) {
				return;
			}
			if ( box.getAttribute( 'data-html' ) !== answer.data.html ) {
				box.innerHTML = answer.data.html; // Escaped by the plugin, which alone answers here.
				box.setAttribute( 'data-html', answer.data.html );
			}
			sayTimeLeft();
			if ( answer.data.again ) {
				later();
			}
		}, function () {} );
	}

	if ( box ) {
		sayTimeLeft();
	}
	if ( box && '1' === box.getAttribute( 'data-again' ) && window.fetch ) {
		later();
	}
} )( window.mentorBridgeLive );
