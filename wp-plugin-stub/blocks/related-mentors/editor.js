/*
 * The block in the editor: a quiet place-holder, as the list is made by the bridge once the post is published.
 * Written by hand; there is no build step. Its words come translated from block.json, through the server.
 */
( function ( blocks, blockEditor, components, element ) {
	var name = 'mentor-bridge/related-mentors';

	blocks.registerBlockType( name, {
		edit: function () {
			var type = blocks.getBlockType( name );
			return element.createElement(
				'div',
				blockEditor.useBlockProps(),
				element.createElement( components.Placeholder, {
					icon: 'groups',
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
