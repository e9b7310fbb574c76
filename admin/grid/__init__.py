"""The spreadsheet beside every list: the same columns, filters and scope, edited in place (DESIGN.md "The grid").

A page, and what its script asks for as JSON. The script is static/grid/; how a gesture is saved is aid/editing.
"""
