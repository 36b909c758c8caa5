"""What draws the lesson, and lists it: pictures for pages and for paper.

From the ground up: ``layout`` (where nodes and edges of a graph stand), ``language`` (what figures
say in another language than English), ``picture`` (what all drawings share), ``drawing`` (graphs),
``letters`` (a node's own picture), ``sketch`` (a network's units and weights), ``plottable`` (what
can be plotted), ``plots`` (curves, regions, images, with matplotlib), ``listing`` (code).
"""
