/*
 * Asks for the line of progress again, as long as it will soon say something else: every three seconds for a minute, then
 * every fifteen for ten minutes.
 */
( function ( address ) {
	var box = document.getElementById( 'mentor-bridge-live' );
	var looks = 0;

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
		window.fetch( address, { credentials: 'same-origin' } ).then( function ( answer ) {
			return answer.ok ? answer.json() : null;
		} ).then( function ( answer ) {
			if ( ! answer || ! answer.success ) {
				return;
			}
			if ( box.getAttribute( 'data-html' ) !== answer.data.html ) {
				box.innerHTML = answer.data.html; // Escaped by the plugin, which alone answers here.
				box.setAttribute( 'data-html', answer.data.html );
			}
			if ( answer.data.again ) {
				later();
			}
		}, function () {} );
	}

	if ( box && '1' === box.getAttribute( 'data-again' ) && window.fetch ) {
		later();
	}
} )( window.mentorBridgeLive );
