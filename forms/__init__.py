"""Forms: fields, and one file per form that is more than its table's columns."""
