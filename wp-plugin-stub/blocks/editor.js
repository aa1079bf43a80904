/*
 * Our blocks in the editor: what a page will show, as far as there is anything yet; else a quiet place-holder.
 * Written by hand; there is no build step. Their words come translated from block.json, through the server.
 */
( function ( blocks, blockEditor, components, element, ServerSideRender ) {
	var el = element.createElement;

	[ 'mentor-bridge/related-mentors', 'mentor-bridge/regulars', 'mentor-bridge/my-mentors' ].forEach( function ( name ) {
		function Empty() {
			var type = blocks.getBlockType( name );
			return el( components.Placeholder, {
				icon: type.icon.src,
				label: type.title,
				instructions: type.description,
			} );
		}

		blocks.registerBlockType( name, {
			edit: function ( props ) {
				var postId = props.context && props.context.postId;
				return el(
					'div',
					blockEditor.useBlockProps(),
					// The links in it lead away from what is being written.
					el( components.Disabled, null, el( ServerSideRender, {
						block: name,
						urlQueryArgs: postId ? { post_id: postId } : {},
						EmptyResponsePlaceholder: Empty,
						ErrorResponsePlaceholder: Empty,
					} ) )
				);
			},
			save: function () {
				return null;
			},
		} );
	} );
} )( window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element, window.wp.serverSideRender );
