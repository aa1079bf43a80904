/*
 * The panel "Mentor bridge" in the block editor: one box. Written by hand; there is no build step.
 */
( function ( wp, words ) {
	var el = wp.element.createElement;
	// It has moved from one package to the other in WordPress 6.6.
	var Panel = ( wp.editor && wp.editor.PluginDocumentSettingPanel ) || wp.editPost.PluginDocumentSettingPanel;

	function Box() {
		var kept = wp.data.useSelect( function ( select ) {
			return !! select( 'core/editor' ).getEditedPostAttribute( words.field );
		}, [] );
		var edit = wp.data.useDispatch( 'core/editor' ).editPost;

		return el(
			Panel,
			{ name: 'mentor-bridge', title: words.title },
			el( wp.components.CheckboxControl, {
				__nextHasNoMarginBottom: true,
				label: words.label,
				help: words.help,
				checked: kept,
				onChange: function ( value ) {
					var change = {};
					change[ words.field ] = value;
					edit( change );
				},
			} )
		);
	}

	wp.plugins.registerPlugin( 'mentor-bridge', { render: Box, icon: null } );
} )( window.wp, window.mentorBridgePostPanel );
