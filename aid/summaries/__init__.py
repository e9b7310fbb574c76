"""Summaries that a clerk puts together (issue 7): of what rows, what these are grouped by, and what is measured.

What there is to choose is data: a thing to group by is one entry of its subject's DIMENSIONS, a figure one of its
MEASURES, a subject one of SUBJECTS; pages, links and workbooks follow.
"""
