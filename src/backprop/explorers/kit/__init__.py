"""What all interactive figures share.

From the ground up: ``packing`` (many numbers in few bytes), ``chart`` (axes and lines), ``plane``
(points and regions), ``base`` (the widget), ``live`` (sliders that need a kernel). Their JavaScript
is ``explorer.js`` (the frame), ``address.js`` (links to a state), ``controls.js``, ``words.js``,
``chart.js`` and ``kernel.js``; their styles are ``explorers.css``.
"""
