"""Summaries that a clerk puts together (issue 7): what rows of the list are grouped by, and what is measured.

A thing to group by is one entry of DIMENSIONS, a figure one entry of MEASURES; pages, links and workbooks follow.
"""
