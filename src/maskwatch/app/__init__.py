"""The pages of ``maskwatch app``: images in, faces with their mask states out, in a browser.

``pages/`` says what is on the screen. What is computed lies beside it, in modules that know nothing of Streamlit.
"""
