/*
 * The block in the editor: a quiet place-holder, as the names are read when the page is shown.
 * Written by hand; there is no build step. Its words come translated from block.json, through the server.
 */
( function ( blocks, blockEditor, components, element ) {
	var name = 'mentor-bridge/regulars';

	blocks.registerBlockType( name, {
		edit: function () {
			var type = blocks.getBlockType( name );
			return element.createElement(
				'div',
				blockEditor.useBlockProps(),
				element.createElement( components.Placeholder, {
					icon: 'heart',
					label: type.title,
					instructions: type.description,
				} )
			);
		},
		save: function () {
			return null;
		},
	} );
} )( window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element );
