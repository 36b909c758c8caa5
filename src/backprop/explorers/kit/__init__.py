"""What all interactive figures share.

From the ground up: ``packing`` (many numbers in few bytes), ``polygons`` (pieces of a
plane), ``chart`` (axes and lines), ``plane``
(points and regions), ``base`` (the widget), ``live`` (sliders that need a kernel). Their JavaScript
is ``explorer.js`` (the frame), ``controls.js``, ``words.js``, ``chart.js`` and ``kernel.js``; their
styles are ``explorers.css``.
"""
