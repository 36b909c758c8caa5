"""What all interactive figures share.

From the ground up: ``packing`` (many numbers in few bytes), ``polygons`` (pieces of the plane),
``chart`` (axes and lines), ``plane`` (points and regions), ``linear`` (a network as linear pieces),
``regions`` (its exact borders), ``outlines`` (regions in few bytes), ``points`` (those of
chapter 5), ``base`` (the widget), ``live`` (sliders that need a kernel). Their JavaScript is
``explorer.js`` (the frame), ``address.js`` (the state in the address of the page), ``controls.js``,
``words.js``, ``chart.js``, ``plane.js``, ``packing.js``, ``kernel.js``, ``typed.js`` (numbers that
readers type), ``kept.js`` (what they have done) and, for other languages than English alone,
``translated.js``; their styles are ``explorers.css``. What the figures say in Chinese stands in
``zh.toml``: here for all of them, in the folder of each for itself.
"""
