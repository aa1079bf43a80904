/*
 * Our blocks in the editor: quiet place-holders, as what they show is read when the page is.
 * Written by hand; there is no build step. Their words come translated from block.json, through the server.
 */
( function ( blocks, blockEditor, components, element ) {
	[ 'mentor-bridge/related-mentors', 'mentor-bridge/regulars' ].forEach( function ( name ) {
		blocks.registerBlockType( name, {
			edit: function () {
				var type = blocks.getBlockType( name );
				return element.createElement(
					'div',
					blockEditor.useBlockProps(),
					element.createElement( components.Placeholder, {
						icon: type.icon.src,
						label: type.title,
						instructions: type.description,
					} )
				);
			},
			save: function () {
				return null;
			},
		} );
	} );
} )( window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element );
