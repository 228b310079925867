"""What a workflow is once it is read: frozen classes, and the tree in which the store keeps them."""
