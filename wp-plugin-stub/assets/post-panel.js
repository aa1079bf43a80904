/*
 * The panel "Mentor bridge" in the block editor: whether the post is shared, which mentors stand under it, and two boxes.
 * Written by hand; there is no build step.
 */
( function ( wp, words ) {
	var el = wp.element.createElement;
	// It has moved from one package to the other in WordPress 6.6.
	var Panel = ( wp.editor && wp.editor.PluginDocumentSettingPanel ) || wp.editPost.PluginDocumentSettingPanel;
	// Seconds after which is asked again whether a post on its way has arrived; no more often than that.
	var LOOKS = [ 3, 10, 30 ];

	function Box( props ) {
		var ticked = wp.data.useSelect( function ( select ) {
			return !! select( 'core/editor' ).getEditedPostAttribute( props.field );
		}, [ props.field ] );
		var edit = wp.data.useDispatch( 'core/editor' ).editPost;

		return el( wp.components.CheckboxControl, {
			__nextHasNoMarginBottom: true,
			label: props.label,
			help: props.help || undefined,
			checked: ticked,
			onChange: function ( value ) {
				var change = {};
				change[ props.field ] = value;
				edit( change );
			},
		} );
	}

	// What the post said of itself when it was loaded or saved, and newer words while it is on its way.
	function useSharing() {
		var saved = wp.data.useSelect( function ( select ) {
			return select( 'core/editor' ).getCurrentPostAttribute( words.sharing );
		}, [] );
		var newer = wp.element.useState( { of: null, sharing: null } );
		var sharing = ( newer[ 0 ].of === saved && newer[ 0 ].sharing ) || saved;

		wp.element.useEffect( function () {
			var timer = null;
			var looks = LOOKS.slice();
			function look() {
				wp.apiFetch( { path: words.path } ).then( function ( post ) {
					if ( null === timer ) {
						return;
					}
					newer[ 1 ]( { of: saved, sharing: post[ words.sharing ] } );
					later( post[ words.sharing ] );
				}, function () {} );
			}
			function later( state ) {
				if ( state && 'queued' === state.state && looks.length ) {
					timer = window.setTimeout( look, 1000 * looks.shift() );
				}
			}
			later( saved );
			return function () {
				window.clearTimeout( timer );
				timer = null;
			};
		}, [ saved ] );
		return sharing;
	}

	// Takes a mentor away from this post, at once: no part of what is saved with it.
	function Drop( props ) {
		var state = wp.element.useState( '' );
		if ( 'dropped' === state[ 0 ] ) {
			return el( 'span', { className: 'screen-reader-text' }, ' – ' + words.drop );
		}
		if ( ! props.mentor ) {
			return null;
		}
		return el(
			wp.element.Fragment,
			null,
			' ',
			el( wp.components.Button, {
				variant: 'link',
				isDestructive: true,
				'aria-disabled': 'busy' === state[ 0 ], // and no more: what is disabled loses the focus
				'aria-label': words.drop + ' – ' + props.name,
				onClick: function ( event ) {
					var line = event.target.closest( 'li' );
					if ( 'busy' === state[ 0 ] ) {
						return;
					}
					state[ 1 ]( 'busy' );
					wp.apiFetch( { path: words.dropAt, method: 'POST', data: { key: props.mentor } } ).then( function () {
						state[ 1 ]( 'dropped' );
						line.tabIndex = -1; // the button is gone: whoever pressed it stays at the line
						line.focus();
						line.style.textDecoration = 'line-through';
					}, function () {
						state[ 1 ]( 'failed' );
					} );
				},
			}, words.drop ),
			'failed' === state[ 0 ] && el( 'p', { role: 'alert' }, words.failed )
		);
	}

	function Contents() {
		var sharing = useSharing();
		var mentors = ( sharing && sharing.mentors ) || [];
		return el(
			Panel,
			{ name: 'mentor-bridge', title: words.title },
			sharing && el( 'p', { className: 'mentor-bridge-sharing' }, sharing.sentence ),
			el( Box, words.boxes[ 0 ] ),
			mentors.length > 0 && el( 'p', { style: { marginBottom: 0 } }, words.mentors ),
			mentors.length > 0 && el( 'ul', { style: { listStyle: 'disc', paddingInlineStart: '1.2em', marginTop: '.25em' } }, mentors.map( function ( name, index ) {
				return el( 'li', { key: index }, name, el( Drop, { mentor: sharing.keys && sharing.keys[ index ], name: name } ) );
			} ) ),
			el( Box, words.boxes[ 1 ] )
		);
	}

	wp.plugins.registerPlugin( 'mentor-bridge', { render: Contents, icon: null } );
} )( window.wp, window.mentorBridgePostPanel );
