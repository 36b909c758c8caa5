"""What draws the lesson, and lists it: pictures for pages and for paper.

From the ground up: ``widths`` (the room that texts need), ``layout`` (where nodes and edges of a
graph stand), ``language`` (what figures say in another language), ``picture`` (what all drawings
share), ``drawing`` (graphs), ``letters`` (a node's own picture), ``sketch`` (a network's
units and weights), ``plottable`` (what can be plotted), ``plots`` (curves, regions, images),
``listing`` (code). Only plottable and plots need Matplotlib.
"""
