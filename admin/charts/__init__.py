"""The drawing room: charts as SVG made on the server. Where everything stands, and in which colour, is worked out here
for every page that draws one; templates/charts.html writes it down.

A chart is a picture by itself: title and time are in it, and its looks are attributes, so that it can be taken out of
the page as it is (static/charts.js) and the page needs no inline style.
"""
