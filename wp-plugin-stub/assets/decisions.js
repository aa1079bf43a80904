/* The queue of mentors by keys: J and K go from one to the next, Y is yes, N is no. It works without. */
( function () {
	document.querySelectorAll( '[data-queue]' ).forEach( function ( list ) {
		var lines = Array.from( list.children );
		document.addEventListener( 'keydown', function ( event ) {
			var place, key, next, answer;
			if ( event.ctrlKey || event.metaKey || event.altKey || event.target.closest( 'input, textarea, select' ) ) {
				return;
			}
			place = lines.indexOf( document.activeElement.closest( '[data-queue] > li' ) );
			key = event.key.toLowerCase();
			next = lines[ 'j' === key ? place + 1 : 'k' === key ? place - 1 : -1 ];
			answer = place >= 0 && /^[yn]$/.test( key ) && lines[ place ].querySelector( '[data-key="' + key + '"]' );
			if ( next ) {
				next.focus();
			} else if ( answer ) {
				answer.click();
			} else {
				return;
			}
			event.preventDefault();
		} );
		if ( lines.length ) {
			( list.querySelector( ':target' ) || lines[ 0 ] ).focus();
		}
	} );
} )();
