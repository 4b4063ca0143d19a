"""``maskwatch app``: images in, faces with their mask states out, in a browser.

``pages/`` draws with Streamlit. The modules beside it compute, and do not import Streamlit.
"""
